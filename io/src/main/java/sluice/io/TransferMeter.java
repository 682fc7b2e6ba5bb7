package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.SystemCalls;

/**
 * Counts what a connection sends and how, for a protocol that wants it ({@link Protocol#meter}).
 * One thread at a time, as the connection.
 *
 * <p>If several threads share a copy path (model {@code virtual}), its cold parts, stalls and
 * fallbacks are counted for every connection that is making a try at that moment.
 */
public final class TransferMeter {
    private long kernelBytes;
    private long userBytes;
    private long fileBytes;
    private long detourBytes;
    private long systemCalls;
    private long coldParts;
    private long coldStalls;
    private long fallbacks;
    private long kernelCopies;
    private long kernelCopiesMoved;

    // Values at the start of the current try
    private long callsOfThread;
    private long callsOfPath;

    /** A meter that has counted nothing. */
    public TransferMeter() {}

    /** Counts a call that tries to send bytes of memory, even if the socket turns out full. */
    void memoryTried() {
        systemCalls++;
    }

    /** A try to send a region starts: it is charged what the path's counters grow by. */
    void tryBegins(Counters path) {
        note(path, -1);
        callsOfPath = path.get(Counter.FILE_CALLS);
        callsOfThread = SystemCalls.ofThisThread();
    }

    /** The try has ended. */
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

    /** The kernel reported that it copied the bytes of earlier sends. */
    public void kernelCopied(int sends) {
        kernelCopies += sends;
    }

    /** Bytes of memory were sent. */
    void memorySent(long count) {
        userBytes += count;
    }

    /** Bytes of a file were sent by a copy path, which may be a detour around the chosen one. */
    void fileSent(long count, CopyMode path, boolean detour) {
        boolean byKernelAlone = !path.copies();
        fileBytes += count;
        detourBytes += detour ? count : 0;
        kernelBytes += byKernelAlone ? count : 0;
        userBytes += byKernelAlone ? 0 : count;
    }

    /** Whether bytes of files were sent. */
    public boolean sentFile() {
        return fileBytes > 0;
    }

    /** The path that bytes of files took: the chosen one, unless all were read and sent instead. */
    public CopyMode path(CopyMode chosen) {
        boolean taken = chosen.copies() ? detourBytes < fileBytes : kernelBytes > 0;
        return fileBytes == 0 || taken ? chosen : CopyMode.DIRECT;
    }

    /** Why bytes of files took another way than the chosen path, or null if they never do. */
    public @Nullable String fallbackReason(CopyMode chosen) {
        return detourBytes > 0
                ? "the kernel refuses " + chosen.label() + " on this file system"
                : chosen.fallbackReason();
    }

    /** Bytes sent. */
    public long bytes() {
        return kernelBytes + userBytes;
    }

    /** The counts so far. */
    public TransferStats stats() {
        return stats(bytes());
    }

    /**
     * The counts, with only the first {@code bytes}: one call may send memory of two responses.
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
     * Adds the counts to another meter and resets this one, except its kernel copies: another
     * thread may report these at the same moment (reactor {@code workers}).
     */
    public void moveTo(TransferMeter other) {
        other.kernelBytes += kernelBytes;
        other.userBytes += userBytes;
        other.fileBytes += fileBytes;
        other.detourBytes += detourBytes;
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
        detourBytes = 0;
        systemCalls = 0;
        coldParts = 0;
        coldStalls = 0;
        fallbacks = 0;
    }
}
