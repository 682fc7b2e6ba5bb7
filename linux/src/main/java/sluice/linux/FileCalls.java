package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Calls on files. Every method returns the kernel's result or {@code -errno} (see {@link Errno}),
 * retries nothing, and may be called from any thread. A path is the address of its bytes, ended by
 * a zero byte.
 */
public final class FileCalls {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_NOCTTY = 0x100;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_NOATIME = 0x40000;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;
    public static final int O_DIRECTORY = Abi.O_DIRECTORY;
    public static final int O_NOFOLLOW = Abi.O_NOFOLLOW;
    public static final int O_DIRECT = Abi.O_DIRECT;
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    public static final int RESOLVE_NO_XDEV = 1;
    public static final int RESOLVE_NO_MAGICLINKS = 2;
    public static final int RESOLVE_NO_SYMLINKS = 4;
    public static final int RESOLVE_BENEATH = 8;
    public static final int RESOLVE_IN_ROOT = 16;
    public static final int RESOLVE_CACHED = 32;

    public static final int AT_FDCWD = -100;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_EMPTY_PATH = 0x1000;

    public static final int S_IFMT = 0xF000;
    public static final int S_IFSOCK = 0xC000;
    public static final int S_IFLNK = 0xA000;
    public static final int S_IFREG = 0x8000;
    public static final int S_IFBLK = 0x6000;
    public static final int S_IFDIR = 0x4000;
    public static final int S_ISGID = 0x400;
    public static final int S_IFCHR = 0x2000;
    public static final int S_IFIFO = 0x1000;

    public static final int F_GETFD = 1;
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int FD_CLOEXEC = 1;

    static final int OPEN_HOW_SIZE = 24;

    /** "" for AT_EMPTY_PATH; never freed. */
    private static final long EMPTY_PATH = Arena.global().allocate(1).address();

    private FileCalls() {}

    /** openat2(2): {@code resolve} is a set of RESOLVE_ flags. Returns a descriptor. */
    public static int openat2(int dirfd, long path, long flags, long mode, long resolve) {
        var scratch = Scratch.current();
        var memory = scratch.memory;
        memory.set(JAVA_LONG, Scratch.STRUCT, flags);
        memory.set(JAVA_LONG, Scratch.STRUCT + 8, mode);
        memory.set(JAVA_LONG, Scratch.STRUCT + 16, resolve);
        long how = scratch.at(Scratch.STRUCT);
        return (int) Native.call(scratch, SystemCall.OPENAT2, dirfd, path, how, OPEN_HOW_SIZE);
    }

    /** openat(2). Returns a descriptor. */
    public static int openat(int dirfd, long path, int flags, int mode) {
        return (int) Native.call(SystemCall.OPENAT, dirfd, path, flags, mode);
    }

    /**
     * open(2) of a path in UTF-8, relative to the working directory. Allocates, so not for the data
     * path.
     */
    public static int open(String path, int flags, int mode) {
        try (var arena = Arena.ofConfined()) {
            return openat(AT_FDCWD, arena.allocateFrom(path).address(), flags, mode);
        }
    }

    /** open(2) of a path given as its bytes, which need not be valid text. Allocates. */
    public static int open(Path path, int flags, int mode) {
        byte[] bytes = PathBytes.of(path.toAbsolutePath());
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, name, JAVA_BYTE, 0, bytes.length);
            return openat(AT_FDCWD, name.address(), flags, mode);
        }
    }

    /** close(2). Any result, EINTR included, means that the descriptor is closed: never retry. */
    public static int close(int fd) {
        return (int) Native.call(SystemCall.CLOSE, fd);
    }

    /**
     * statx(2) by name; {@code statx} is the address of {@link Statx#SIZE} bytes. Where the kernel
     * has no statx, newfstatat(2) fills in {@link Statx#STATX_BASIC_STATS}; {@link SystemCalls}
     * counts the call that was made.
     */
    public static int statx(int dirfd, long path, int flags, int mask, long statx) {
        if (OldStat.isNeeded()) {
            return OldStat.stat(dirfd, path, flags, statx);
        }
        int result = rawStatx(dirfd, path, flags, mask, statx);
        return result == -Errno.ENOSYS ? OldStat.fromNowOn(dirfd, path, flags, statx) : result;
    }

    private static int rawStatx(int dirfd, long path, int flags, int mask, long statx) {
        return (int) Native.call(SystemCall.STATX, dirfd, path, flags, mask, statx, 0);
    }

    /** statx(2) of an open descriptor, and nothing in its place. */
    static int rawStatx(int fd, int mask, long statx) {
        return rawStatx(fd, EMPTY_PATH, AT_EMPTY_PATH, mask, statx);
    }

    /** statx(2) of an open descriptor; {@code statx} is the address of {@link Statx#SIZE} bytes. */
    public static int statx(int fd, int mask, long statx) {
        return statx(fd, EMPTY_PATH, AT_EMPTY_PATH, mask, statx);
    }

    /** pread(2): bytes read, 0 at the end of the file. */
    public static long pread(int fd, long address, long length, long offset) {
        return Native.call(SystemCall.PREAD64, fd, address, length, offset);
    }

    /** read(2) at the file's position. */
    public static long read(int fd, long address, long length) {
        return Native.call(SystemCall.READ, fd, address, length);
    }

    /** write(2) at the file's position. */
    public static long write(int fd, long address, long length) {
        return Native.call(SystemCall.WRITE, fd, address, length);
    }

    /**
     * sendfile(2) from {@code offset}. It neither uses nor moves the position of {@code in}, so
     * many sockets can share one descriptor. Returns bytes sent, 0 at the end of the file; at most
     * 0x7ffff000 per call. A broken socket raises SIGPIPE as well, which the JVM ignores.
     */
    public static long sendfile(int out, int in, long offset, long count) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.CELL, offset);
        return Native.call(scratch, SystemCall.SENDFILE, out, in, scratch.at(Scratch.CELL), count);
    }

    /**
     * getdents64(2): bytes of entries written to {@code buffer}, 0 at the end. See {@link Dirent}.
     */
    public static long getdents64(int fd, long buffer, long length) {
        return Native.call(SystemCall.GETDENTS64, fd, buffer, length);
    }

    /**
     * readlinkat(2): bytes of the target, without a terminating zero; truncated if {@code length}
     * is too small.
     */
    public static long readlinkat(int dirfd, long path, long buffer, long length) {
        return Native.call(SystemCall.READLINKAT, dirfd, path, buffer, length);
    }

    /** ftruncate(2). */
    public static int ftruncate(int fd, long size) {
        return (int) Native.call(SystemCall.FTRUNCATE, fd, size);
    }

    /**
     * dup(2). The copy is not close-on-exec: prefer {@link #fcntl} with {@link #F_DUPFD_CLOEXEC}.
     */
    public static int dup(int fd) {
        return (int) Native.call(SystemCall.DUP, fd);
    }

    /**
     * dup3(2): makes {@code to} a close-on-exec copy of {@code from}, in one step. A call of
     * another thread that has begun with {@code to} ends with the file that it was before.
     */
    public static int replace(int to, int from) {
        return (int) Native.call(SystemCall.DUP3, from, to, O_CLOEXEC);
    }

    /**
     * Replaces a descriptor by one that is at least {@code lowest}. Returns the same descriptor if
     * it is high enough, or if no higher one is free.
     */
    public static int lift(int fd, int lowest) {
        if (fd >= lowest) {
            return fd;
        }
        int lifted = fcntl(fd, F_DUPFD_CLOEXEC, lowest);
        if (lifted < 0) {
            return fd;
        }
        close(fd);
        return lifted;
    }

    /** fcntl(2) with an integer or an address as its argument. */
    public static int fcntl(int fd, int command, long argument) {
        return (int) Native.call(SystemCall.FCNTL, fd, command, argument);
    }
}
