package sluice.io;

/** The ways bytes of a socket can reach a file. */
public enum Receiving {
    /** splice(2), from the socket into a pipe and from there into the file. */
    SPLICE,
    /** FileChannel.transferFrom, which reads and writes by a buffer of the JDK's. */
    TRANSFER_FROM,
    /** recv and write through buffers of ours. */
    BUFFER
}
