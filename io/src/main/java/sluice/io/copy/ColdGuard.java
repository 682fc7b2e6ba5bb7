package sluice.io.copy;

import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LinuxFile;
import sluice.io.LoopResources;
import sluice.io.OpenFile;
import sluice.io.Outcome;
import sluice.io.Socket;

import java.util.function.LongSupplier;

/**
 * Asks, before a region is sent, whether its bytes are in memory, so that a loop never waits for a
 * disk: sends as far as they are, and says {@link Outcome#COLD} where they are not. One instance
 * belongs to one loop.
 *
 * <p>Nobody can promise it: cachestat(2) counts pages whose read is still under way, a read of one
 * byte with RWF_NOWAIT proves one page, and what was in memory may be dropped before it is sent.
 * So both are asked, for each window, and a send that had to wait after all is counted ({@link
 * Counter#COLD_STALLS}). What was found, or was read by a worker, is believed for a while.
 */
public final class ColdGuard implements CopyPath {
    /** Asked about at once, and read at once by a worker if cold. */
    static final int WINDOW = 256 << 10;
    /** As long as a name is believed. The kernel seldom drops so soon what was just used. */
    static final long BELIEVED_NANOS = 1_000_000_000;
    /** Windows remembered by a loop: 1 GiB of files. A power of two. */
    private static final int SLOTS = 4_096;
    /** A send that takes so long has waited for a disk, or for a processor. */
    static final long STALL_NANOS = 25_000_000;

    private final CopyPath path;
    private final LoopResources resources;
    private final LongSupplier clock;
    private final long[] serials = new long[SLOTS];
    private final long[] starts = new long[SLOTS];
    private final long[] ends = new long[SLOTS];
    private final long[] until = new long[SLOTS];

    public ColdGuard(CopyPath path, LoopResources resources, LongSupplier clock) {
        this.path = path;
        this.resources = resources;
        this.clock = clock;
    }

    @Override
    public Counters counters() {
        return path.counters();
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        if (!(file instanceof LinuxFile asked) || !asked.pageCache().canBeAsked()) {
            return path.send(socket, file, offset, length, more);
        }
        long warm = warm(asked, offset, offset + length) - offset;
        if (warm == 0) {
            resources.counters().add(Counter.COLD_CHUNKS, 1);
            return Outcome.COLD;
        }
        long before = clock.getAsLong();
        long sent = path.send(socket, file, offset, warm, more || warm < length);
        if (clock.getAsLong() - before >= STALL_NANOS) {
            resources.counters().add(Counter.COLD_STALLS, 1);
        }
        return sent;
    }

    /** How far the bytes are in memory, window by window. */
    private long warm(LinuxFile file, long offset, long end) {
        long at = offset;
        while (at < end) {
            long next = Math.min(end, endOfWindow(at));
            if (!believes(file, at, next)) {
                if (!file.pageCache().holds(at, next)) {
                    return at;
                }
                believe(file, at, next);
            }
            at = next;
        }
        return at;
    }

    /** Where the part ends that is to be read when the byte at {@code offset} is cold. */
    static long endOfWindow(long offset) {
        return (offset / WINDOW + 1) * WINDOW;
    }

    private static int slot(LinuxFile file, long offset) {
        long mixed = (file.pageCache().serial() + offset / WINDOW * 31) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & (SLOTS - 1);
    }

    private boolean believes(LinuxFile file, long from, long to) {
        int slot = slot(file, from);
        return isKnown(slot, file) && starts[slot] <= from && to <= ends[slot];
    }

    private boolean isKnown(int slot, LinuxFile file) {
        return serials[slot] == file.pageCache().serial() && until[slot] - resources.now() > 0;
    }

    @Override
    public void loaded(LinuxFile file, long from, long to) {
        believe(file, from, to);
    }

    /** A part of one window is in memory; joined to what is known beside it. */
    private void believe(LinuxFile file, long from, long to) {
        int slot = slot(file, from);
        boolean beside = isKnown(slot, file)
                && starts[slot] <= to
                && from <= ends[slot]
                && starts[slot] / WINDOW == from / WINDOW;
        starts[slot] = beside ? Math.min(starts[slot], from) : from;
        ends[slot] = beside ? Math.max(ends[slot], to) : to;
        if (!beside) {
            serials[slot] = file.pageCache().serial();
            until[slot] = resources.now() + BELIEVED_NANOS;
        }
    }

    @Override
    public void close() {
        path.close();
    }
}
