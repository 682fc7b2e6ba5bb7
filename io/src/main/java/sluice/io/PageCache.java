package sluice.io;

import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;

/** What the page cache holds of one open file, as far as its file system tells. Any thread. */
public final class PageCache {
    private static final long PAGE = Linux.pageSize();
    private static final AtomicLong SERIALS = new AtomicLong();
    /** What a worker reads at once; nobody looks at the bytes. */
    private static final int PIECE = 64 << 10;

    private static final ThreadLocal<Block> SCRATCH =
            ThreadLocal.withInitial(() -> new Block(Arena.ofAuto(), PIECE));

    private final int descriptor;
    private final Kernel kernel;
    private final long serial = SERIALS.incrementAndGet();
    /** Whether cachestat(2) tells anything here; not where another file holds the pages. */
    private volatile boolean counts = true;
    /** Whether reading without waiting is possible here; not on tmpfs, NFS or FUSE. */
    private volatile boolean reads = true;

    PageCache(int descriptor, Kernel kernel) {
        this.descriptor = descriptor;
        this.kernel = kernel;
    }

    /** A number that no other open file has had: descriptors are used again. */
    public long serial() {
        return serial;
    }

    /** Whether there is any way to know. If not, bytes count as being in memory. */
    public boolean canBeAsked() {
        return counts || reads;
    }

    /**
     * Whether a part of the file seems to be in memory. The pages are counted first, because a
     * read that does not wait begins to read ahead. The last byte comes before the first, because
     * read-ahead ends there.
     */
    public boolean holds(long from, long to) {
        return isCounted(from, to) && isReadable(to - 1) && isReadable(from);
    }

    private boolean isCounted(long from, long to) {
        if (!counts) {
            return true;
        }
        long first = from / PAGE;
        long pages = (to - 1) / PAGE + 1 - first;
        long start = first * PAGE;
        long found = kernel.cachedPages(descriptor, start, pages * PAGE);
        if (found < 0) {
            counts = false;
            return true;
        }
        return found >= pages;
    }

    /** No byte at all is an answer of Linux 5.9 and 5.10 for one that is not there (a mistake). */
    private boolean isReadable(long offset) {
        if (!reads) {
            return true;
        }
        int read = kernel.byteWithoutWaiting(descriptor, offset);
        if (read == -Errno.EOPNOTSUPP || read == -Errno.ENOSYS || read == -Errno.EINVAL) {
            reads = false;
        }
        return read != -Errno.EAGAIN && read != 0;
    }

    /**
     * Reads a part of the file, waiting for the disk: that it returns is what makes the part warm.
     * What then still denies it cannot be asked here: a hole on tmpfs has no pages, and a file of
     * an overlay has them elsewhere.
     */
    public void load(long from, long to) {
        Block scratch = SCRATCH.get();
        for (long at = from; at < to; ) {
            int want = (int) Math.min(scratch.size(), to - at);
            long read = kernel.pread(descriptor, scratch.address(), want, at);
            if (read == -Errno.EINTR) {
                continue;
            }
            if (read <= 0) {
                // Cut short, or broken: who sends it will see.
                return;
            }
            at += read;
        }
        if (!isCounted(from, to)) {
            counts = false;
        }
        if (!isReadable(to - 1)) {
            reads = false;
        }
    }
}
