package sluice.linux;

/**
 * What differs between the machines that Sluice knows: system call numbers, the open flags that
 * arm64 renumbers, and the structs that are laid out differently. Everything else is the same on
 * every 64-bit little-endian Linux. The numbers of x86_64 come from its own table, those of aarch64
 * from the generic one; above 424 both agree.
 */
final class Abi {
    static final String ARCH = System.getProperty("os.arch", "");
    static final boolean ARM64 = ARCH.equals("aarch64");

    /** Whether the numbers below are those of this machine. */
    static final boolean KNOWN = ARM64 || ARCH.equals("amd64") || ARCH.equals("x86_64");

    static final int O_DIRECTORY = ARM64 ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = ARM64 ? 0x8000 : 0x20000;
    static final int O_DIRECT = ARM64 ? 0x10000 : 0x4000;

    /** x86_64 packs struct epoll_event, so that 32-bit and 64-bit programs agree. */
    static final int EPOLL_EVENT_SIZE = ARM64 ? 16 : 12;

    static final int EPOLL_EVENT_DATA = ARM64 ? 8 : 4;

    static final long SYS_READ = number(0, 63);
    static final long SYS_WRITE = number(1, 64);
    static final long SYS_CLOSE = number(3, 57);
    /** aarch64 has no poll; ppoll with a timespec and without a signal mask stands in. */
    static final long SYS_POLL = number(7, 73);

    static final long SYS_LSEEK = number(8, 62);
    static final long SYS_MMAP = number(9, 222);
    static final long SYS_MUNMAP = number(11, 215);
    static final long SYS_RT_SIGACTION = number(13, 134);
    static final long SYS_RT_SIGPROCMASK = number(14, 135);
    static final long SYS_IOCTL = number(16, 29);
    static final long SYS_PREAD64 = number(17, 67);
    static final long SYS_PWRITE64 = number(18, 68);
    /** aarch64 has no select; pselect6 with a timespec and without a signal mask stands in. */
    static final long SYS_SELECT = number(23, 72);

    static final long SYS_DUP = number(32, 23);
    static final long SYS_GETPID = number(39, 172);
    static final long SYS_SENDFILE = number(40, 71);
    static final long SYS_SOCKET = number(41, 198);
    static final long SYS_CONNECT = number(42, 203);
    static final long SYS_SENDTO = number(44, 206);
    static final long SYS_RECVFROM = number(45, 207);
    static final long SYS_SENDMSG = number(46, 211);
    static final long SYS_RECVMSG = number(47, 212);
    static final long SYS_SHUTDOWN = number(48, 210);
    static final long SYS_BIND = number(49, 200);
    static final long SYS_LISTEN = number(50, 201);
    static final long SYS_GETSOCKNAME = number(51, 204);
    static final long SYS_GETPEERNAME = number(52, 205);
    static final long SYS_SOCKETPAIR = number(53, 199);
    static final long SYS_SETSOCKOPT = number(54, 208);
    static final long SYS_GETSOCKOPT = number(55, 209);
    static final long SYS_FCNTL = number(72, 25);
    static final long SYS_FLOCK = number(73, 32);
    static final long SYS_FSYNC = number(74, 82);
    static final long SYS_FTRUNCATE = number(77, 46);
    static final long SYS_FCHMOD = number(91, 52);
    static final long SYS_FSTATFS = number(138, 44);
    static final long SYS_RT_SIGTIMEDWAIT = number(128, 137);
    static final long SYS_GETTID = number(186, 178);
    static final long SYS_GETDENTS64 = number(217, 61);
    static final long SYS_FADVISE64 = number(221, 223);
    /** aarch64 has no epoll_wait; its epoll_pwait without a signal mask is the same call. */
    static final long SYS_EPOLL_WAIT = number(232, 22);

    static final long SYS_EPOLL_CTL = number(233, 21);
    static final long SYS_TGKILL = number(234, 131);
    static final long SYS_INOTIFY_ADD_WATCH = number(254, 27);
    static final long SYS_INOTIFY_RM_WATCH = number(255, 28);
    static final long SYS_OPENAT = number(257, 56);
    static final long SYS_UNLINKAT = number(263, 35);
    static final long SYS_READLINKAT = number(267, 78);
    static final long SYS_SPLICE = number(275, 76);
    static final long SYS_ACCEPT4 = number(288, 242);
    static final long SYS_EVENTFD2 = number(290, 19);
    static final long SYS_EPOLL_CREATE1 = number(291, 20);
    static final long SYS_PIPE2 = number(293, 59);
    static final long SYS_INOTIFY_INIT1 = number(294, 26);
    static final long SYS_PRLIMIT64 = number(302, 261);
    static final long SYS_SYNCFS = number(306, 267);
    static final long SYS_RENAMEAT2 = number(316, 276);
    static final long SYS_MEMFD_CREATE = number(319, 279);
    static final long SYS_COPY_FILE_RANGE = number(326, 285);
    static final long SYS_PREADV2 = number(327, 286);
    static final long SYS_STATX = number(332, 291);
    static final long SYS_IO_URING_SETUP = 425;
    static final long SYS_IO_URING_ENTER = 426;
    static final long SYS_IO_URING_REGISTER = 427;
    static final long SYS_PIDFD_OPEN = 434;
    static final long SYS_OPENAT2 = 437;
    static final long SYS_LANDLOCK_CREATE_RULESET = 444;
    static final long SYS_CACHESTAT = 451;

    private Abi() {}

    private static long number(int x86, int arm) {
        return ARM64 ? arm : x86;
    }
}
