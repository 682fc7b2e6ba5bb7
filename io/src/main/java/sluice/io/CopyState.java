package sluice.io;

/**
 * What a copy path keeps with a socket between two tries: bytes that have left the file and not yet
 * reached the socket, or memory that the kernel still sends from. Loop thread only.
 */
public interface CopyState {
    /** Takes note of what the kernel is done with; false if there was nothing to note. */
    boolean reap();

    /** Who wants to know what the kernel says of sends after them: one for all of a connection. */
    default void countIn(TransferMeter meter) {}

    /** The socket is about to be closed. */
    void release();
}
