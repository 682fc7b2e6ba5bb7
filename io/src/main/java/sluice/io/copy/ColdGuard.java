package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.IoResult;
import sluice.io.LinuxFile;
import sluice.io.LoopResources;
import sluice.io.OpenFile;
import sluice.io.Residency;
import sluice.io.Socket;

import java.util.function.LongSupplier;

/**
 * Checks before each send whether the bytes are on this machine ({@link Residency}) and in memory,
 * so that a loop never waits for another machine or a disk: sends the bytes that are, and returns
 * {@link IoResult#COLD} at the first that is not. Each loop has its own.
 *
 * <p>No check is certain: cachestat(2) counts pages that are still being read, a read of one byte
 * with RWF_NOWAIT proves only one page, and the kernel may drop pages before the send. So the guard
 * uses both for each window, and counts sends that had to wait after all ({@link
 * Counter#COLD_STALLS}). It trusts a result, or a read by a worker, for a while.
 */
public final class ColdGuard implements CopyPath {
    /** Size of one check, and of a worker's read of cold bytes. */
    static final int WINDOW = 256 << 10;
    /** As long as a looked-up name is trusted. The kernel rarely drops used pages so soon. */
    static final long BELIEVED_NANOS = 1_000_000_000;
    /** Windows that a loop remembers: 1 GiB of files. A power of two. */
    private static final int SLOTS = 4_096;
    /** A send that takes this long has waited for a disk, or for a processor. */
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
        return send(false, socket, file, offset, length, more);
    }

    @Override
    public long sendSmall(Socket socket, OpenFile file, long offset, long length, boolean more) {
        return send(true, socket, file, offset, length, more);
    }

    private long send(
            boolean small, Socket socket, OpenFile file, long offset, long length, boolean more) {
        Residency residency = residency(file);
        if (residency == null) {
            return sendWarm(small, socket, file, offset, length, more);
        }
        long here = residency.pin(offset, offset + length);
        if (here == offset) {
            return elsewhere();
        }
        try {
            boolean follows = more || here < offset + length;
            return sendWarm(small, socket, file, offset, here - offset, follows);
        } finally {
            residency.unpin(offset, here);
        }
    }

    private static @Nullable Residency residency(OpenFile file) {
        return file instanceof LinuxFile linux ? linux.residency() : null;
    }

    private long elsewhere() {
        resources.counters().add(Counter.FETCHED_CHUNKS, 1);
        return IoResult.COLD;
    }

    private long sendWarm(
            boolean small, Socket socket, OpenFile file, long offset, long length, boolean more) {
        LinuxFile asked = canBeAsked(file);
        if (asked == null) {
            return pass(small, socket, file, offset, length, more);
        }
        long warm = warm(asked, offset, length);
        if (warm == 0) {
            return IoResult.COLD;
        }
        long before = clock.getAsLong();
        long sent = pass(small, socket, file, offset, warm, more || warm < length);
        noteStall(before);
        return sent;
    }

    private long pass(
            boolean small, Socket socket, OpenFile file, long offset, long length, boolean more) {
        return small
                ? path.sendSmall(socket, file, offset, length, more)
                : path.send(socket, file, offset, length, more);
    }

    @Override
    public long read(OpenFile file, long offset, Block into, int at, int length) {
        Residency residency = residency(file);
        if (residency == null) {
            return readWarm(file, offset, into, at, length);
        }
        long here = residency.pin(offset, offset + length);
        if (here == offset) {
            return elsewhere();
        }
        try {
            return readWarm(file, offset, into, at, (int) (here - offset));
        } finally {
            residency.unpin(offset, here);
        }
    }

    private long readWarm(OpenFile file, long offset, Block into, int at, int length) {
        LinuxFile asked = canBeAsked(file);
        if (asked == null) {
            return path.read(file, offset, into, at, length);
        }
        int warm = (int) warm(asked, offset, length);
        if (warm == 0) {
            return IoResult.COLD;
        }
        long before = clock.getAsLong();
        long read = path.read(file, offset, into, at, warm);
        noteStall(before);
        return read;
    }

    private static @Nullable LinuxFile canBeAsked(OpenFile file) {
        return file instanceof LinuxFile asked && asked.pageCache().canBeAsked() ? asked : null;
    }

    private void noteStall(long before) {
        if (clock.getAsLong() - before >= STALL_NANOS) {
            resources.counters().add(Counter.COLD_STALLS, 1);
        }
    }

    /** How many of the next bytes are in memory; counts it if there are none. */
    private long warm(LinuxFile file, long offset, long length) {
        long warm = endOfWarm(file, offset, offset + length) - offset;
        if (warm == 0) {
            resources.counters().add(Counter.COLD_CHUNKS, 1);
        }
        return warm;
    }

    /** The end of the bytes that are in memory, checked window by window. */
    private long endOfWarm(LinuxFile file, long offset, long end) {
        long at = offset;
        while (at < end) {
            long next = Math.min(end, endOfWindow(at));
            if (!believes(file, at, next)) {
                long further = furtherEnd(file, at, next);
                if (further > next && file.pageCache().holds(at, further)) {
                    believe(file, at, further);
                } else if (file.pageCache().holds(at, next)) {
                    believe(file, at, next);
                } else {
                    return at;
                }
            }
            at = next;
        }
        return at;
    }

    /**
     * How far to ask. Who sends a file in small pieces, as HTTP/2 does, would ask about each: from
     * the second piece on the question is for the rest of the window.
     */
    private long furtherEnd(LinuxFile file, long from, long to) {
        int before = from == 0 ? -1 : slot(file, from - 1);
        boolean goesOn = before >= 0 && isKnown(before, file) && ends[before] == from;
        return goesOn ? Math.min(endOfWindow(from), file.size()) : to;
    }

    /** The end of the part that a worker must read if the byte at {@code offset} is cold. */
    static long endOfWindow(long offset) {
        return (offset / WINDOW + 1) * WINDOW;
    }

    /** Multiplicative hashing by 2^64 divided by the golden ratio (Knuth, TAOCP 3, 6.4). */
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

    /** Remembers that a part of one window is in memory; merges it with adjacent parts. */
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
