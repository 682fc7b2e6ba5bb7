package sluice.io;

/** How bytes of a socket get to a file. */
public enum ReceiveMode {
    /** splice(2), from the socket into a pipe and from there into the file. */
    SPLICE,
    /** FileChannel.transferFrom, which reads and writes through a buffer of the JDK. */
    TRANSFER_FROM,
    /** recv and write through our buffers. */
    BUFFER
}
