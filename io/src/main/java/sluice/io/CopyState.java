package sluice.io;

/**
 * What a copy path keeps with a socket between two tries: bytes that have left the file and not yet
 * reached the socket, or memory that the kernel still sends from. Loop thread only.
 */
sealed interface CopyState permits Pipe, ZeroCopySends, RingSends {
    /** Takes note of what the kernel is done with; false if there was nothing to note. */
    boolean reap();

    /** The socket is about to be closed. */
    void release();
}
