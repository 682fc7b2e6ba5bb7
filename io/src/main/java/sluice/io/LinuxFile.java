package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Statx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file open as a descriptor. */
public final class LinuxFile implements OpenFile {
    /** No device: its file system has not been asked for. */
    private static final long UNKNOWN = -1;

    private final int descriptor;
    private static final ThreadLocal<Block> STATX =
            ThreadLocal.withInitial(() -> new Block(Arena.ofAuto(), Statx.SIZE));

    private final Kernel kernel;
    private final PageCache pageCache;
    private final @Nullable Residency residency;
    /** Bit i tells that the kernel has refused copy path i for this file. */
    private volatile int refused;

    private long device = UNKNOWN;

    private @Nullable FileChannel channel;

    public LinuxFile(int descriptor, Kernel kernel) {
        this(descriptor, kernel, null);
    }

    /**
     * A file that may have holes where its content lies elsewhere.
     *
     * @param residency tells where, and has the descriptor; null if the file is whole
     */
    public LinuxFile(int descriptor, Kernel kernel, @Nullable Residency residency) {
        this.descriptor = descriptor;
        this.kernel = kernel;
        this.residency = residency;
        pageCache = new PageCache(descriptor, kernel);
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    /**
     * java.nio cannot wrap a descriptor, so the first call opens the file again through {@code
     * /proc/self/fd} (proc(5)). This opens the same inode, even if its name no longer exists.
     */
    @Override
    public synchronized FileChannel channel() throws IOException {
        if (channel == null) {
            channel = FileChannel.open(
                    Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ);
        }
        return channel;
    }

    @Override
    public long size() {
        Block statx = STATX.get();
        int result = kernel.statx(descriptor, Statx.STATX_SIZE, statx.address());
        return result < 0 ? result : Statx.size(statx.segment());
    }

    /** Whether the kernel has refused to send this file, or one of its file system, by a path. */
    public boolean refuses(CopyMode path) {
        return isRefused(path) || Refusals.any() && learn(path);
    }

    private boolean isRefused(CopyMode path) {
        return (refused & 1 << path.ordinal()) != 0;
    }

    private boolean learn(CopyMode path) {
        boolean known = Refusals.isKnown(kernel, path, device());
        if (known) {
            refuse(path);
        }
        return known;
    }

    private synchronized void refuse(CopyMode path) {
        refused |= 1 << path.ordinal();
    }

    /** The kernel has refused to send this file by a path, with {@code -errno}. */
    public void refused(CopyMode path, long error) {
        refuse(path);
        Refusals.learn(kernel, path, device(), error);
    }

    /** The file system; 0 if unknown. */
    private synchronized long device() {
        if (device == UNKNOWN) {
            Block statx = STATX.get();
            int result = kernel.statx(descriptor, Statx.STATX_SIZE, statx.address());
            device = result < 0 ? 0 : Statx.dev(statx.segment());
        }
        return device;
    }

    /** Which bytes of this file are on this machine; null if all are. */
    public @Nullable Residency residency() {
        return residency;
    }

    /** The state of this file in the page cache. */
    public PageCache pageCache() {
        return pageCache;
    }

    /** Waits for bytes that lie elsewhere; {@code -EIO} if they do not come. */
    @Override
    public long read(long offset, Block into, int at, int length) {
        return residency == null
                ? read(offset, into.address() + at, length)
                : Fetching.read(this, residency, offset, into.address() + at, length);
    }

    /** Reads into memory at an address. */
    public long read(long offset, long address, long length) {
        long read;
        do {
            read = kernel.pread(descriptor, address, length, offset);
        } while (read == -Errno.EINTR);
        return read;
    }

    @Override
    public synchronized void close() {
        if (residency == null) {
            kernel.close(descriptor);
        } else {
            residency.release();
        }
        if (channel != null) {
            Closing.quietly(channel);
        }
    }
}
