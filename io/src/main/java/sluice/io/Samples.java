package sluice.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * Samples of the bytes of one version of a file, evenly spread from the first byte to the last.
 * They tell a rewritten file from one that grew, or got another owner, mode or name, where
 * attributes cannot ({@link Change#POSSIBLE}).
 *
 * <p>A sample costs no read of a disk: it is taken when the file is opened, if the kernel says that
 * its bytes are in memory, or else after they were first sent. Any thread.
 */
public final class Samples {
    /** A rewrite of the whole file changes one of so many, unless hardly a byte differs. */
    private static final int MOST = 8;
    /** A small file needs fewer: two are its start and its end. */
    private static final long SPACING = 256 << 10;
    /** A cache line: more costs more and tells hardly more. */
    private static final int LENGTH = 64;
    /** The hash of a sample that cannot be read without waiting. */
    private static final long UNREAD = 0;
    /** Longer than a write(2) of a page needs from setting the times to setting the size. */
    private static final long APPEND_NANOS = 100_000;
    /** The multiplier of MMIX's generator (Knuth): every byte reaches the upper bits. */
    private static final long MULTIPLIER = 6_364_136_223_846_793_005L;

    private static final ThreadLocal<Block> SCRATCH =
            ThreadLocal.withInitial(() -> new Block(Arena.ofAuto(), LENGTH));

    private final long last;
    private final int length;
    private final long[] hashes;
    /** Bit i tells that hash i is known; written after the hash. */
    private volatile int known;

    /** No samples yet of a version of this size. */
    public Samples(long size) {
        length = (int) Math.min(LENGTH, size);
        last = size - length;
        hashes = new long[(int) Math.min(MOST, 2 + size / SPACING)];
    }

    private long position(int i) {
        return last / (hashes.length - 1) * i
                + last % (hashes.length - 1) * i / (hashes.length - 1);
    }

    /** Takes all samples whose bytes are in memory, of a file that was opened just now. */
    public void opened(OpenFile file) {
        for (int i = 0; i < hashes.length; i++) {
            long at = position(i);
            if (!(file instanceof LinuxFile linux)
                    || linux.pageCache().isKnownToHold(at, at + length)) {
                take(file, i);
            }
        }
    }

    /** Takes missing samples of bytes that were sent just now, and so are in memory. */
    public void sent(OpenFile file, long from, long to) {
        int all = (1 << hashes.length) - 1;
        for (int i = 0; known != all && i < hashes.length; i++) {
            long end = position(i) + length;
            if ((known & 1 << i) == 0 && from < end && end <= to) {
                take(file, i);
            }
        }
    }

    private synchronized void take(OpenFile file, int i) {
        long hash = (known & 1 << i) == 0 ? hash(file, i) : UNREAD;
        if (hash != UNREAD) {
            hashes[i] = hash;
            known |= 1 << i;
        }
    }

    /**
     * Whether the promised bytes still are those of this version, as far as can be told. An append
     * that is under way gets a moment to end.
     *
     * @param first the change that was found
     * @param look looks at the attributes of the file again
     */
    public boolean hold(OpenFile file, Change first, Supplier<Change> look) {
        Change change = first;
        long start = System.nanoTime();
        while (change == Change.WRITTEN && System.nanoTime() - start < APPEND_NANOS) {
            Thread.onSpinWait();
            change = look.get();
        }
        return switch (change) {
            case NONE -> true;
            case POSSIBLE -> agree(file);
            case WRITTEN, SHRUNK -> false;
        };
    }

    /** Bytes that have left memory were not written a moment ago: they count as unchanged. */
    private boolean agree(OpenFile file) {
        int taken = known;
        for (int i = 0; i < hashes.length; i++) {
            if ((taken & 1 << i) != 0) {
                long hash = hash(file, i);
                if (hash != UNREAD && hash != hashes[i]) {
                    return false;
                }
            }
        }
        return true;
    }

    private long hash(OpenFile file, int i) {
        Block scratch = SCRATCH.get();
        long at = position(i);
        long read = file instanceof LinuxFile linux
                ? linux.pageCache().readNow(at, scratch.address(), length)
                : file.read(at, scratch, length);
        return read == length && length > 0 ? hash(scratch.segment()) : UNREAD;
    }

    private long hash(MemorySegment bytes) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes.get(JAVA_BYTE, i)) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        return hash == UNREAD ? 1 : hash;
    }
}
