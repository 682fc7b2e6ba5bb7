package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Calls that copy bytes from one file to another, or find data and holes. Every method
 * returns the kernel's result or {@code -errno} (see {@link Errno}), retries nothing, and may be
 * called from any thread.
 */
public final class FileToFileCalls {
    public static final int SEEK_SET = 0;
    public static final int SEEK_DATA = 3;
    public static final int SEEK_HOLE = 4;
    /** The target shares the source's blocks until one of them is written: ioctl_ficlone(2). */
    public static final int FICLONE = 0x40049409;

    static final int POSIX_FADV_DONTNEED = 4;

    private FileToFileCalls() {}

    /** lseek(2). With SEEK_DATA, {@code -ENXIO} when no data follows. */
    public static long seek(int fd, long offset, int whence) {
        return Native.call(SystemCall.LSEEK, fd, offset, whence);
    }

    /** copy_file_range(2) with the same offset in both files: bytes copied, 0 at the end. */
    public static long copyRange(int from, int to, long offset, long length) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.IOVEC, offset);
        scratch.memory.set(JAVA_LONG, Scratch.IOVEC + Long.BYTES, offset);
        long in = scratch.at(Scratch.IOVEC);
        long out = in + Long.BYTES;
        return Native.call(scratch, SystemCall.COPY_FILE_RANGE, from, in, to, out, length, 0);
    }

    /** ioctl_ficlone(2): 0; {@code -EOPNOTSUPP} or {@code -EXDEV} where blocks cannot be shared. */
    public static int clone(int from, int to) {
        return (int) Native.call(SystemCall.IOCTL, to, FICLONE, from);
    }

    /** syncfs(2): writes all changes of the file system that {@code fd} is on. */
    public static int syncFileSystem(int fd) {
        return (int) Native.call(SystemCall.SYNCFS, fd);
    }

    /** posix_fadvise(2): drops the file's clean pages, so that the next read goes to the disk. */
    public static int dropCache(int fd) {
        return (int) Native.call(SystemCall.FADVISE64, fd, 0, 0, POSIX_FADV_DONTNEED);
    }
}
