package sluice.io;

/**
 * What one connection has sent and how, counted up for a protocol that wants to know ({@link
 * Protocol#tally}). One thread at a time, as the connection.
 *
 * <p>Of java.nio's calls the number is guessed, operations of an io_uring are none, and a path that
 * several threads share (the model {@code virtual}) counts what others do at that moment, too.
 */
public final class Tally {
    private long bytes;
    private long fileBytes;
    private long kernelBytes;
    private long calls;
    private long coldParts;
    private long coldStalls;
    private long fallbacks;
    private long kernelCopies;

    /** Nothing sent yet. */
    public Tally() {}

    /** Bytes of memory are about to be sent, by a call that may also find the socket full. */
    void memoryTried() {
        calls++;
    }

    /** A region's try begins: its share of the path's counters is what they grow by. */
    void tryBegins(Counters counters) {
        note(counters, -1);
    }

    /** That try has ended. */
    void tryEnds(Counters counters) {
        note(counters, 1);
    }

    private void note(Counters counters, int sign) {
        calls += sign * counters.get(Counter.FILE_CALLS);
        coldParts += sign * counters.get(Counter.COLD_CHUNKS);
        coldStalls += sign * counters.get(Counter.COLD_STALLS);
        fallbacks += sign * counters.get(Counter.COPY_FALLBACKS);
    }

    /** The kernel has made copies for sends before. */
    public void kernelCopied(int sends) {
        kernelCopies += sends;
    }

    /** Bytes of memory have left. */
    void memorySent(long count) {
        bytes += count;
    }

    /** Bytes of a file have left. */
    void fileSent(long count, boolean byKernelAlone) {
        bytes += count;
        fileBytes += count;
        kernelBytes += byKernelAlone ? count : 0;
    }

    /** Bytes sent. */
    public long bytes() {
        return bytes;
    }

    /** Those of them that came from files, by the copy path. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Those of them that did not pass user space. */
    public long kernelBytes() {
        return kernelBytes;
    }

    /** System calls that read or sent them. */
    public long calls() {
        return calls;
    }

    /** Times that a worker read what was not in memory. */
    public long coldParts() {
        return coldParts;
    }

    /** Sends that waited though their bytes seemed to be in memory. */
    public long coldStalls() {
        return coldStalls;
    }

    /** Times that bytes went another way than the path's own. */
    public long fallbacks() {
        return fallbacks;
    }

    /** Sends of {@code zerocopy} that the kernel made a copy for, as far as it has said so. */
    public long kernelCopies() {
        return kernelCopies;
    }
}
