package sluice.io;

/** A piece of output: bytes in memory, or a region of a file. */
public sealed interface Chunk permits MemoryChunk, FileChunk {
    /** Bytes not sent yet. */
    long remaining();

    /**
     * Tries once to send at most {@code most} bytes.
     *
     * @param more true if another chunk follows at once, so that the kernel may wait for it
     * @return the bytes sent, perhaps with some of the chunks behind it; or a negative {@link
     *     IoResult}
     */
    long sendTo(Socket socket, CopyPath path, long most, boolean more);

    /**
     * One try to copy the next bytes to the start of a block instead of sending them.
     *
     * @param path reads regions of files
     * @return the bytes copied, or a negative {@link IoResult}
     */
    long readInto(Block into, CopyPath path);

    /** Skips bytes that were sent. */
    void advance(long sent);
}
