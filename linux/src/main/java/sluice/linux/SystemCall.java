package sluice.linux;

import java.util.Locale;

/**
 * The system calls that this package makes. x86_64 has its own table of numbers, aarch64 uses the
 * generic one; above 424 both agree.
 */
public enum SystemCall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    /** aarch64 has no poll; ppoll with a timespec and without a signal mask replaces it. */
    POLL(7, 73),
    LSEEK(8, 62),
    MMAP(9, 222),
    MPROTECT(10, 226),
    MUNMAP(11, 215),
    RT_SIGACTION(13, 134),
    RT_SIGPROCMASK(14, 135),
    IOCTL(16, 29),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    /** aarch64 has no select; pselect6 with a timespec and no signal mask replaces it. */
    SELECT(23, 72),
    DUP(32, 23),
    GETPID(39, 172),
    CLOCK_GETTIME(228, 113),
    SENDFILE(40, 71),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    SHUTDOWN(48, 210),
    BIND(49, 200),
    LISTEN(50, 201),
    GETSOCKNAME(51, 204),
    GETPEERNAME(52, 205),
    SOCKETPAIR(53, 199),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    EXECVE(59, 221),
    KILL(62, 129),
    FCNTL(72, 25),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    FSTATFS(138, 44),
    RT_SIGTIMEDWAIT(128, 137),
    PRCTL(157, 167),
    GETEUID(107, 175),
    GETTID(186, 178),
    GETDENTS64(217, 61),
    FADVISE64(221, 223),
    /** aarch64 has no epoll_wait; its epoll_pwait without a signal mask is the same call. */
    EPOLL_WAIT(232, 22),
    EPOLL_CTL(233, 21),
    TGKILL(234, 131),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    NEWFSTATAT(262, 79),
    UNLINKAT(263, 35),
    READLINKAT(267, 78),
    SPLICE(275, 76),
    FALLOCATE(285, 47),
    ACCEPT4(288, 242),
    EVENTFD2(290, 19),
    EPOLL_CREATE1(291, 20),
    DUP3(292, 24),
    PIPE2(293, 59),
    PERF_EVENT_OPEN(298, 241),
    PRLIMIT64(302, 261),
    SYNCFS(306, 267),
    RENAMEAT2(316, 276),
    MEMFD_CREATE(319, 279),
    COPY_FILE_RANGE(326, 285),
    PREADV2(327, 286),
    STATX(332, 291),
    IO_URING_SETUP(425),
    IO_URING_ENTER(426),
    IO_URING_REGISTER(427),
    PIDFD_OPEN(434),
    OPENAT2(437),
    LANDLOCK_CREATE_RULESET(444),
    LANDLOCK_ADD_RULE(445),
    LANDLOCK_RESTRICT_SELF(446),
    CACHESTAT(451);

    /** The call number on this machine. */
    final long number;

    SystemCall(int x86, int arm) {
        number = Abi.ARM64 ? arm : x86;
    }

    SystemCall(int everywhere) {
        number = everywhere;
    }

    /** The name in the manual, as {@code sendfile}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
