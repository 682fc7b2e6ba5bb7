package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Calls that move bytes of files or tell where they are: pipes, mappings, page cache. Every method
 * returns the kernel's result or {@code -errno} (see {@link Errno}), retries nothing, and may be
 * called from any thread.
 */
public final class CopyCalls {
    public static final int SPLICE_F_MOVE = 1;
    public static final int SPLICE_F_NONBLOCK = 2;
    public static final int SPLICE_F_MORE = 4;

    public static final int F_SETPIPE_SZ = 1031;
    public static final int F_GETPIPE_SZ = 1032;

    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;
    public static final int MAP_SHARED = 1;
    public static final int MAP_PRIVATE = 2;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_POPULATE = 0x8000;

    static final long RWF_NOWAIT = 8;
    static final int CACHESTAT_RANGE_SIZE = 16;
    static final int CACHESTAT_SIZE = 40;

    private CopyCalls() {}

    /** pipe2(2), close-on-exec and non-blocking: the low 32 bits are the read end. */
    public static long pipe() {
        var scratch = Scratch.current();
        int flags = FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;
        long result = Native.call(scratch, SystemCall.PIPE2, scratch.at(Scratch.CELL), flags, 0, 0);
        return result < 0 ? result : scratch.memory.get(JAVA_LONG, Scratch.CELL);
    }

    /** The read end of a result of {@link #pipe}. */
    public static int readEnd(long pipe) {
        return (int) pipe;
    }

    /** The write end of a result of {@link #pipe}. */
    public static int writeEnd(long pipe) {
        return (int) (pipe >>> Integer.SIZE);
    }

    /** splice(2) from a file at {@code offset} into a pipe: bytes moved, 0 at the file's end. */
    public static long spliceFrom(int file, long offset, int pipe, long length, int flags) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.CELL, offset);
        long at = scratch.at(Scratch.CELL);
        return Native.call(scratch, SystemCall.SPLICE, file, at, pipe, 0, length, flags);
    }

    /** splice(2) between a pipe and a socket: bytes moved. */
    public static long splice(int in, int out, long length, int flags) {
        return Native.call(SystemCall.SPLICE, in, 0, out, 0, length, flags);
    }

    /** mmap(2), shared and read-only: the address of {@code length} bytes of a file. */
    public static long map(int fd, long offset, long length) {
        return Native.call(SystemCall.MMAP, 0, length, PROT_READ, MAP_SHARED, fd, offset);
    }

    /** mmap(2) of anonymous private memory, readable and writable. */
    public static long mapMemory(long length) {
        int kind = MAP_PRIVATE | MAP_ANONYMOUS;
        return Native.call(SystemCall.MMAP, 0, length, PROT_READ | PROT_WRITE, kind, -1, 0);
    }

    /** munmap(2). Bytes of these pages that the kernel still has to send stay valid. */
    public static int unmap(long address, long length) {
        return (int) Native.call(SystemCall.MUNMAP, address, length);
    }

    /**
     * preadv2(2) of one byte with RWF_NOWAIT: 1, 0 at the end of the file, {@code -EAGAIN} when the
     * byte is not in memory, {@code -EOPNOTSUPP} if the file system does not support it.
     */
    public static int byteWithoutWaiting(int fd, long offset) {
        var scratch = Scratch.current();
        return readWithoutWaiting(scratch, fd, scratch.at(Scratch.CELL), 1, offset);
    }

    /** As {@link #byteWithoutWaiting}, for more bytes, which it writes to {@code address}. */
    public static int readWithoutWaiting(int fd, long address, int length, long offset) {
        return readWithoutWaiting(Scratch.current(), fd, address, length, offset);
    }

    private static int readWithoutWaiting(
            Scratch scratch, int fd, long address, int length, long offset) {
        scratch.memory.set(JAVA_LONG, Scratch.IOVEC, address);
        scratch.memory.set(JAVA_LONG, Scratch.IOVEC + Long.BYTES, length);
        long vector = scratch.at(Scratch.IOVEC);
        // A 64-bit kernel takes the offset as one argument and ignores the next one.
        return (int) Native.call(scratch, SystemCall.PREADV2, fd, vector, 1, offset, 0, RWF_NOWAIT);
    }

    /**
     * cachestat(2): pages of a region that are in the page cache, including those that are still
     * being read.
     */
    public static long cachedPages(int fd, long offset, long length) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.CACHESTAT, offset);
        scratch.memory.set(JAVA_LONG, Scratch.CACHESTAT + Long.BYTES, length);
        long range = scratch.at(Scratch.CACHESTAT);
        long found = range + CACHESTAT_RANGE_SIZE;
        long result = Native.call(scratch, SystemCall.CACHESTAT, fd, range, found, 0);
        int pages = Scratch.CACHESTAT + CACHESTAT_RANGE_SIZE;
        return result < 0 ? result : scratch.memory.get(JAVA_LONG, pages);
    }

    /** fcntl(2) F_SETPIPE_SZ: the new size of the pipe; {@code -EPERM} above the user's limit. */
    public static int setPipeSize(int pipe, int bytes) {
        return FileCalls.fcntl(pipe, F_SETPIPE_SZ, bytes);
    }
}
