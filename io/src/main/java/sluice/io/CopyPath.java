package sluice.io;

/**
 * Sends bytes of a file to a socket by one method. One instance belongs to one loop; the socket
 * holds its state of a connection ({@link PendingCopy}).
 */
public interface CopyPath {
    /**
     * Tries once to send a region.
     *
     * @param more true if another chunk follows at once
     * @return the bytes that the socket took; 0 if the file has no bytes at this offset any more;
     *     or a negative {@link IoResult}, {@link IoResult#AGAIN} and {@link IoResult#COLD} included
     */
    long send(Socket socket, OpenFile file, long offset, long length, boolean more);

    /**
     * As {@link #send}, for a region of at most {@link CopyMode#COPIED_MAX}: a path that was not
     * asked for by name may copy it.
     */
    default long sendSmall(Socket socket, OpenFile file, long offset, long length, boolean more) {
        return send(socket, file, offset, length, more);
    }

    /**
     * One try to read a region to a place in a block, for code that changes bytes or joins them
     * with others before it sends them.
     *
     * @return the bytes read; 0 if the file has no bytes there any more; or a negative {@link
     *     IoResult}, {@link IoResult#COLD} included
     */
    default long read(OpenFile file, long offset, Block into, int at, int length) {
        counters().add(Counter.FILE_CALLS, 1);
        return file.read(offset, into, at, length);
    }

    /** The counters of this path; connections whose threads share the path share them. */
    Counters counters();

    /** A worker has read this part of a file: if it is still not in memory, do not wait again. */
    default void loaded(LinuxFile file, long from, long to) {}

    /** Frees kept resources; called when all sockets of the path are closed. */
    default void close() {}
}
