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

/**
 * An open directory whose files are changed by their names, and no name leads out of it. All that
 * fails does so with {@code -errno}. All may wait for a disk; any thread.
 */
final class WritableDirectory implements AutoCloseable {
    private static final int FLAGS =
            FileCalls.O_CLOEXEC | FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;

    /** What is received is for nobody else to read before it is what its name says. */
    private static final int MODE = 0600;

    private final int descriptor;

    WritableDirectory(int descriptor) {
        this.descriptor = descriptor;
    }

    int descriptor() {
        return descriptor;
    }

    /** Makes a file, and fails if there is one: a descriptor. */
    int create(byte[] name) {
        return open(name, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL);
    }

    /** Opens a file for reading and writing; a link is none. */
    int open(byte[] name) {
        return open(name, FileCalls.O_RDWR);
    }

    private int open(byte[] name, int flags) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        return FileCalls.openat(descriptor, scratch.pathAddress, FLAGS | flags, MODE);
    }

    /** Asks about a name, a link included: 0, and then the thread's scratch tells. */
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

    /** Asks about an open file; null if the system does not answer. */
    static @Nullable FileStat stat(int file) {
        var scratch = PathScratch.current();
        int error = FileCalls.statx(file, Statx.STATX_BASIC_STATS, scratch.statxAddress);
        return error < 0 ? null : FileStat.of(scratch.statx);
    }

    int rename(byte[] from, byte[] to, int flags) {
        try (var arena = Arena.ofConfined()) {
            return WriteCalls.rename(
                    descriptor, address(arena, from), descriptor, address(arena, to), flags);
        }
    }

    private static long address(Arena arena, byte[] name) {
        MemorySegment path = arena.allocate(name.length + 1L);
        MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
        return path.address();
    }

    /** Takes a name away; that it is gone already is no failure. */
    int remove(byte[] name) {
        var scratch = PathScratch.current();
        scratch.path(name, 0, name.length);
        int result = WriteCalls.unlink(descriptor, scratch.pathAddress);
        return result == -Errno.ENOENT ? 0 : result;
    }

    /** Makes names durable, where that can be asked for. */
    int sync(Kernel kernel) {
        int result = kernel.fsync(descriptor);
        return result == -Errno.EINVAL ? 0 : result;
    }

    @Override
    public void close() {
        FileCalls.close(descriptor);
    }
}
