package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Statx;
import sluice.linux.WriteCalls;
import sluice.server.root.FileStat;
import sluice.server.root.PathScratch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * An open directory whose files a worker changes by name; no name leads out of the directory. Every
 * method returns {@code -errno} if it fails, and may block on a disk. Any thread may call.
 */
final class WritableDirectory implements AutoCloseable {
    private static final int FLAGS =
            FileCalls.O_CLOEXEC | FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;

    /** Mode of a temporary file: nobody else may read it before it has its final name. */
    private static final int MODE = 0600;

    private static final int DIRECTORY_FLAGS =
            FileCalls.O_CLOEXEC | FileCalls.O_NOFOLLOW | FileCalls.O_DIRECTORY;

    private final int descriptor;
    private final byte[] path;

    /**
     * @param path of the directory below the root, with a slash at its end; empty for the root
     */
    WritableDirectory(int descriptor, byte[] path) {
        this.descriptor = descriptor;
        this.path = path;
    }

    byte[] path() {
        return path;
    }

    /** The path below the root of a file in this directory. */
    byte[] pathOf(byte[] name) {
        byte[] joined = Arrays.copyOf(path, path.length + name.length);
        System.arraycopy(name, 0, joined, path.length, name.length);
        return joined;
    }

    /** Creates a directory; fails if the name exists. */
    int makeDirectory(byte[] name, int mode) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        return WriteCalls.makeDirectory(descriptor, scratch.pathAddress, mode);
    }

    /** Opens a directory in this one and returns its descriptor; does not follow a link. */
    int openDirectory(byte[] name) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        return FileCalls.openat(descriptor, scratch.pathAddress, DIRECTORY_FLAGS, 0);
    }

    int descriptor() {
        return descriptor;
    }

    /** Creates a file and returns its descriptor; fails if the file exists. */
    int create(byte[] name) {
        return open(name, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL);
    }

    /** Opens a file for reading and writing; does not follow a link. */
    int open(byte[] name) {
        return open(name, FileCalls.O_RDWR);
    }

    private int open(byte[] name, int flags) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        return FileCalls.openat(descriptor, scratch.pathAddress, FLAGS | flags, MODE);
    }

    /** Reads the stat of a name, or of a link itself, into the thread's scratch; 0 on success. */
    int look(byte[] name) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        return FileCalls.statx(
                descriptor,
                scratch.pathAddress,
                FileCalls.AT_SYMLINK_NOFOLLOW,
                Statx.STATX_BASIC_STATS,
                scratch.statxAddress);
    }

    /** Reads the stat of an open file; null if the system call fails. */
    static @Nullable FileStat stat(int file) {
        var scratch = PathScratch.current();
        int error = FileCalls.statx(file, Statx.STATX_BASIC_STATS, scratch.statxAddress);
        return error < 0 ? null : FileStat.of(scratch.statx);
    }

    /**
     * Whether this is another directory than that of this stat, if there is one: somebody has moved
     * that or replaced the root meanwhile.
     */
    boolean isAnotherThan(@Nullable FileStat before) {
        FileStat now = stat(descriptor);
        return before != null
                && (now == null
                        || now.inode() != before.inode()
                        || now.device() != before.device());
    }

    int rename(byte[] from, byte[] to, Kernel kernel) {
        return rename(from, this, to, 0, kernel);
    }

    int rename(byte[] from, WritableDirectory target, byte[] to, int flags, Kernel kernel) {
        try (var arena = Arena.ofConfined()) {
            return kernel.rename(
                    descriptor, address(arena, from), target.descriptor, address(arena, to), flags);
        }
    }

    private static long address(Arena arena, byte[] name) {
        MemorySegment path = arena.allocate(name.length + 1L);
        MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
        return path.address();
    }

    /** Removes a name; a missing name is no failure. */
    int remove(byte[] name) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        int result = WriteCalls.unlink(descriptor, scratch.pathAddress);
        return result == -Errno.ENOENT ? 0 : result;
    }

    /** Makes the directory's names durable, if the file system supports that. */
    int sync(Kernel kernel) {
        int result = kernel.fsync(descriptor);
        return result == -Errno.EINVAL ? 0 : result;
    }

    @Override
    public void close() {
        FileCalls.close(descriptor);
    }
}
