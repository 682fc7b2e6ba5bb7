package sluice.io;

import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;

/** Which parts of an open file are in the page cache, if its file system tells. Any thread. */
public final class PageCache {
    private static final long PAGE = Linux.pageSize();
    private static final AtomicLong SERIALS = new AtomicLong();
    /** Size of a worker's reads; the bytes are not used. */
    private static final int PIECE = 64 << 10;

    private static final ThreadLocal<Block> SCRATCH =
            ThreadLocal.withInitial(() -> new Block(Arena.ofAuto(), PIECE));

    private final int descriptor;
    private final Kernel kernel;
    private final long serial = SERIALS.incrementAndGet();
    /** Whether cachestat(2) works for this file; not if another file holds its pages. */
    private volatile boolean counts = true;
    /** Whether RWF_NOWAIT works for this file; not on tmpfs, NFS or FUSE. */
    private volatile boolean reads = true;

    PageCache(int descriptor, Kernel kernel) {
        this.descriptor = descriptor;
        this.kernel = kernel;
    }

    /** A number that no other open file has had, unlike descriptors, which are reused. */
    public long serial() {
        return serial;
    }

    /** Whether it is possible to know. If not, bytes count as being in memory. */
    public boolean canBeAsked() {
        return counts || reads;
    }

    /**
     * Whether a part of the file seems to be in memory. Counts pages first, because a read with
     * RWF_NOWAIT starts read-ahead. Checks the last byte before the first, because read-ahead
     * ends there.
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

    /** Linux 5.9 and 5.10 return 0 for a byte that is not in memory, which is a bug of theirs. */
    private boolean isReadable(long offset) {
        if (!reads) {
            return true;
        }
        int read = kernel.byteWithoutWaiting(descriptor, offset);
        if (read == -Errno.EOPNOTSUPP
                || read == -Errno.ENOSYS
                || read == -Errno.EPERM
                || read == -Errno.EINVAL) {
            reads = false;
        }
        return read != -Errno.EAGAIN && read != 0;
    }

    /**
     * Whether a part of the file is in memory beyond doubt: false where nobody counts pages. Unlike
     * {@link #holds} it starts no read-ahead.
     */
    boolean isKnownToHold(long from, long to) {
        return counts && isCounted(from, to) && counts;
    }

    /**
     * Reads a few bytes that are in memory: how many, or {@code -EAGAIN} if they are not. Where
     * the file system cannot tell, reads them all the same.
     */
    int readNow(long offset, long address, int length) {
        if (reads) {
            int read = kernel.readWithoutWaiting(descriptor, address, length, offset);
            if (read != -Errno.EOPNOTSUPP && read != -Errno.ENOSYS && read != -Errno.EINVAL) {
                return read;
            }
            reads = false;
        }
        return (int) kernel.pread(descriptor, address, length, offset);
    }

    /**
     * Reads a part of the file and waits for the disk; when it returns, the part is in memory. A
     * method above that still denies this does not work for this file: a hole on tmpfs has no
     * pages, and the pages of a file on an overlay belong to another file.
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
                // Truncated or unreadable: the send will report it.
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
