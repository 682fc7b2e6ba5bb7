package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Calls that change files and directories. Every method returns the kernel's result or {@code
 * -errno} (see {@link Errno}), retries nothing, and may be called from any thread; all may block on
 * a disk. A path is the address of its bytes, ended by a zero byte.
 */
public final class WriteCalls {
    public static final int RENAME_NOREPLACE = 1;
    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;

    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;

    static final int STATFS_SIZE = 120;
    static final int STATFS_TYPE = 0;
    static final int STATFS_BSIZE = 8;
    static final int STATFS_BAVAIL = 32;
    static final int STATFS_FRSIZE = 72;

    private WriteCalls() {}

    /** pwrite(2): bytes written. */
    public static long pwrite(int fd, long address, long length, long offset) {
        return Native.call(SystemCall.PWRITE64, fd, address, length, offset);
    }

    /** splice(2) from a pipe into a file at {@code offset}: bytes moved. */
    public static long spliceTo(int pipe, int file, long offset, long length, int flags) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.CELL, offset);
        long at = scratch.at(Scratch.CELL);
        return Native.call(scratch, SystemCall.SPLICE, pipe, 0, file, at, length, flags);
    }

    /** fsync(2), of a file or of a directory. */
    public static int fsync(int fd) {
        return (int) Native.call(SystemCall.FSYNC, fd);
    }

    /** fallocate(2): gives the blocks of a part back, which reads as zeros from then on. */
    public static int punchHole(int fd, long offset, long length) {
        int mode = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
        return (int) Native.call(SystemCall.FALLOCATE, fd, mode, offset, length);
    }

    /** renameat2(2); {@code flags} is 0 or {@link #RENAME_NOREPLACE}. */
    public static int rename(int fromDir, long from, int toDir, long to, int flags) {
        return (int) Native.call(SystemCall.RENAMEAT2, fromDir, from, toDir, to, flags, 0);
    }

    /** unlinkat(2) of anything but a directory. */
    public static int unlink(int dirfd, long path) {
        return (int) Native.call(SystemCall.UNLINKAT, dirfd, path, 0);
    }

    /** fchmod(2). */
    public static int chmod(int fd, int mode) {
        return (int) Native.call(SystemCall.FCHMOD, fd, mode);
    }

    /** fchown(2) to another group. */
    public static int changeGroup(int fd, int group) {
        return (int) Native.call(SystemCall.FCHOWN, fd, -1, group);
    }

    /** mkdirat(2). */
    public static int makeDirectory(int dirfd, long path, int mode) {
        return (int) Native.call(SystemCall.MKDIRAT, dirfd, path, mode);
    }

    /** flock(2): locks the open file; the kernel releases the lock when the process ends. */
    public static int flock(int fd, int operation) {
        return (int) Native.call(SystemCall.FLOCK, fd, operation);
    }

    /** fstatfs(2): free bytes of the file system for an unprivileged user. Allocates. */
    public static long freeBytes(int fd) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(STATFS_SIZE, Long.BYTES);
            long result = Native.call(SystemCall.FSTATFS, fd, found.address());
            if (result < 0) {
                return result;
            }
            // The unit is the fragment size, which some file systems leave 0: statvfs(3).
            long fragment = found.get(JAVA_LONG, STATFS_FRSIZE);
            long unit = fragment == 0 ? found.get(JAVA_LONG, STATFS_BSIZE) : fragment;
            long blocks = found.get(JAVA_LONG, STATFS_BAVAIL);
            return blocks > Long.MAX_VALUE / unit ? Long.MAX_VALUE : blocks * unit;
        }
    }

    /** fstatfs(2): the magic number of the file system, or {@code -errno}. Allocates. */
    public static long fileSystem(int fd) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(STATFS_SIZE, Long.BYTES);
            long result = Native.call(SystemCall.FSTATFS, fd, found.address());
            // f_type is a long of which every magic number takes 32 bits.
            return result < 0 ? result : Integer.toUnsignedLong(found.get(JAVA_INT, STATFS_TYPE));
        }
    }
}
