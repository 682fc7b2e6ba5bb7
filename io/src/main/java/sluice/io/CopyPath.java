package sluice.io;

/**
 * A way for bytes of a file to reach a socket. One instance belongs to one loop; what it keeps for
 * a connection is with the socket ({@link CopyState}).
 */
public interface CopyPath {
    /**
     * One try to send a region.
     *
     * @param more true when another chunk follows at once
     * @return the bytes the socket took; 0 when the file has no bytes there any more; or a negative
     *     {@link Outcome}, {@link Outcome#AGAIN} and {@link Outcome#COLD} included
     */
    long send(Socket socket, OpenFile file, long offset, long length, boolean more);

    /** Where it counts; connections whose threads share paths share these. */
    Counters counters();

    /** A worker has read this part of a file: if it is not in memory now, waiting cannot help. */
    default void loaded(LinuxFile file, long from, long to) {}

    /** Gives back what it kept for later, when all its sockets are closed. */
    default void close() {}
}
