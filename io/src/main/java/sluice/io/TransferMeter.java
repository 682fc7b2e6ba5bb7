package sluice.io;

import sluice.linux.SystemCalls;

/**
 * Counts up what is sent and how, for a protocol that wants to know ({@link Protocol#meter}). One
 * thread at a time, as the connection.
 *
 * <p>Where several threads share a copy path (the model {@code virtual}), its cold parts, stalls
 * and fallbacks are counted for whoever makes a try at that moment.
 */
public final class TransferMeter {
    private long kernelBytes;
    private long userBytes;
    private long fileBytes;
    private long systemCalls;
    private long coldParts;
    private long coldStalls;
    private long fallbacks;
    private long kernelCopies;
    private long kernelCopiesMoved;

    // When the try began that goes on
    private long callsOfThread;
    private long callsOfPath;

    /** Nothing sent yet. */
    public TransferMeter() {}

    /** Bytes of memory are about to be sent, by a call that may also find the socket full. */
    void memoryTried() {
        systemCalls++;
    }

    /** A region's try begins: its share of the path's counters is what they grow by. */
    void tryBegins(Counters path) {
        note(path, -1);
        callsOfPath = path.get(Counter.FILE_CALLS);
        callsOfThread = SystemCalls.ofThisThread();
    }

    /** That try has ended. */
    void tryEnds(Counters path) {
        note(path, 1);
        long made = SystemCalls.ofThisThread() - callsOfThread;
        systemCalls += made > 0 ? made : path.get(Counter.FILE_CALLS) - callsOfPath;
    }

    private void note(Counters path, int sign) {
        coldParts += sign * path.get(Counter.COLD_CHUNKS);
        coldStalls += sign * path.get(Counter.COLD_STALLS);
        fallbacks += sign * path.get(Counter.COPY_FALLBACKS);
    }

    /** The kernel has made copies for sends before. */
    public void kernelCopied(int sends) {
        kernelCopies += sends;
    }

    /** Bytes of memory have left. */
    void memorySent(long count) {
        userBytes += count;
    }

    /** Bytes of a file have left. */
    void fileSent(long count, boolean byKernelAlone) {
        fileBytes += count;
        kernelBytes += byKernelAlone ? count : 0;
        userBytes += byKernelAlone ? 0 : count;
    }

    /** Bytes sent. */
    public long bytes() {
        return kernelBytes + userBytes;
    }

    /** Those of them that came from files, by the copy path. */
    public long fileBytes() {
        return fileBytes;
    }

    /** What has been counted. */
    public TransferStats stats() {
        return stats(bytes());
    }

    /**
     * The same of the first {@code bytes}: one call may send more of memory than is somebody's own.
     */
    public TransferStats stats(long bytes) {
        return new TransferStats(
                kernelBytes,
                bytes - kernelBytes,
                systemCalls,
                coldParts,
                coldStalls,
                fallbacks,
                kernelCopies);
    }

    /**
     * Adds what has been counted to another, and begins anew. The kernel may tell of copies on
     * another thread at this moment (the reactor {@code workers}): so those are never reset.
     */
    public void moveTo(TransferMeter other) {
        other.kernelBytes += kernelBytes;
        other.userBytes += userBytes;
        other.fileBytes += fileBytes;
        other.systemCalls += systemCalls;
        other.coldParts += coldParts;
        other.coldStalls += coldStalls;
        other.fallbacks += fallbacks;
        long copies = kernelCopies;
        other.kernelCopies += copies - kernelCopiesMoved;
        kernelCopiesMoved = copies;
        kernelBytes = 0;
        userBytes = 0;
        fileBytes = 0;
        systemCalls = 0;
        coldParts = 0;
        coldStalls = 0;
        fallbacks = 0;
    }
}
