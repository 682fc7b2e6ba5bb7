package sluice.io;

/** What a socket is asked to send: bytes in memory, or a region of a file. */
public sealed interface Chunk permits MemoryChunk, FileChunk {
    /** Bytes not sent yet. */
    long remaining();

    /**
     * One try to send, of at most {@code most} bytes.
     *
     * @param more true when another chunk follows at once, so that the kernel may wait for it
     * @return the bytes taken, or a negative {@link Outcome}
     */
    long sendTo(Socket socket, CopyPath path, long most, boolean more);

    /** Moves past bytes that were sent. */
    void advance(long sent);
}
