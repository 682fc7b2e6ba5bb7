package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import sluice.linux.Probe.Finding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Checks of {@link Probe} for files and copying; each tries one call that does no harm. */
final class FileProbes {
    static final long MFD_CLOEXEC = 1;

    /** A file on a real file system that every process may read, and whose head is in memory. */
    private static final String JVM = "/proc/self/exe";

    private static final int DIRECTORY = FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC;

    private FileProbes() {}

    static Finding openat2(Descriptors open) {
        return new Finding(open.add(openRoot(FileCalls.RESOLVE_NO_MAGICLINKS)));
    }

    /** EAGAIN proves support, too: the kernel knows the flag, the name is just not cached. */
    static Finding resolveCached(Descriptors open) {
        int result = open.add(openRoot(FileCalls.RESOLVE_CACHED));
        return new Finding(result == -Errno.EAGAIN ? 0 : result);
    }

    private static int openRoot(int resolve) {
        try (var arena = Arena.ofConfined()) {
            long root = arena.allocateFrom("/").address();
            return FileCalls.openat2(FileCalls.AT_FDCWD, root, DIRECTORY, 0, resolve);
        }
    }

    static Finding statx(Descriptors open) {
        try (var arena = Arena.ofConfined()) {
            int fd = open.add(FileCalls.open("/", DIRECTORY, 0));
            long statx = arena.allocate(Statx.SIZE, Long.BYTES).address();
            return new Finding(
                    fd < 0 ? fd : FileCalls.rawStatx(fd, Statx.STATX_BASIC_STATS, statx));
        }
    }

    static Finding sendfile(Descriptors open) {
        try (var arena = Arena.ofConfined()) {
            int file = memoryFile(open, arena);
            var pair = arena.allocate(JAVA_INT, 2);
            int type = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC;
            int paired = SocketCalls.socketpair(SocketCalls.AF_UNIX, type, 0, pair.address());
            int socket = addPair(open, pair, paired);
            return file < 0 || socket < 0
                    ? new Finding(Math.min(file, socket))
                    : new Finding(FileCalls.sendfile(socket, file, 0, 1));
        }
    }

    static Finding splice(Descriptors open) {
        try (var arena = Arena.ofConfined()) {
            int file = memoryFile(open, arena);
            var pair = arena.allocate(JAVA_INT, 2);
            long piped = Native.call(SystemCall.PIPE2, pair.address(), FileCalls.O_CLOEXEC);
            int pipe = addPair(open, pair, (int) piped);
            return file < 0 || pipe < 0
                    ? new Finding(Math.min(file, pipe))
                    : new Finding(
                            Native.call(SystemCall.SPLICE, file, offset(arena), pipe, 0, 1, 0));
        }
    }

    static Finding copyFileRange(Descriptors open) {
        try (var arena = Arena.ofConfined()) {
            int from = memoryFile(open, arena);
            int to = memoryFile(open, arena);
            if (from < 0 || to < 0) {
                return new Finding(Math.min(from, to));
            }
            long in = offset(arena);
            long out = offset(arena);
            return new Finding(Native.call(SystemCall.COPY_FILE_RANGE, from, in, to, out, 1, 0));
        }
    }

    /** EAGAIN proves support, too: it means that the byte is not in memory. */
    static Finding readNoWait(Descriptors open) {
        int file = open.add(FileCalls.open(JVM, FileCalls.O_CLOEXEC, 0));
        int result = CopyCalls.byteWithoutWaiting(file, 0);
        return new Finding(result == -Errno.EAGAIN ? 0 : result);
    }

    static Finding cachestat(Descriptors open) {
        int file = open.add(FileCalls.open(JVM, FileCalls.O_CLOEXEC, 0));
        return new Finding(Math.min(0, CopyCalls.cachedPages(file, 0, 1)));
    }

    /** A file of one page that exists only in memory. */
    private static int memoryFile(Descriptors open, Arena arena) {
        long name = arena.allocateFrom("probe").address();
        int file = open.add((int) Native.call(SystemCall.MEMFD_CREATE, name, MFD_CLOEXEC));
        int grown = file < 0 ? file : FileCalls.ftruncate(file, 4096);
        return grown < 0 ? grown : file;
    }

    private static long offset(Arena arena) {
        return arena.allocate(Long.BYTES, Long.BYTES).address();
    }

    /** The second of two new descriptors, or the error of the call that creates them. */
    private static int addPair(Descriptors open, MemorySegment pair, int result) {
        if (result < 0) {
            return result;
        }
        open.add(pair.get(JAVA_INT, 0));
        return open.add(pair.get(JAVA_INT, Integer.BYTES));
    }
}
