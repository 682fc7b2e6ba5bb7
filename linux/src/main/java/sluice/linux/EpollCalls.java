package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** epoll(7). Results are counts, descriptors or {@code -errno}; any thread may call. */
public final class EpollCalls {
    public static final int EPOLLIN = 0x1;
    public static final int EPOLLPRI = 0x2;
    public static final int EPOLLOUT = 0x4;
    public static final int EPOLLERR = 0x8;
    public static final int EPOLLHUP = 0x10;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLEXCLUSIVE = 1 << 28;
    public static final int EPOLLONESHOT = 1 << 30;
    public static final int EPOLLET = 1 << 31;

    public static final int EPOLL_CTL_ADD = 1;
    public static final int EPOLL_CTL_DEL = 2;
    public static final int EPOLL_CTL_MOD = 3;

    /** Size of struct epoll_event in bytes: 12 on x86_64, 16 elsewhere. */
    public static final int EVENT_SIZE = Abi.EPOLL_EVENT_SIZE;

    private static final int EPOLL_CLOEXEC = FileCalls.O_CLOEXEC;
    private static final int DATA = Abi.EPOLL_EVENT_DATA;

    private EpollCalls() {}

    /** epoll_create1(EPOLL_CLOEXEC). */
    public static int create() {
        return (int) Native.call(SystemCall.EPOLL_CREATE1, EPOLL_CLOEXEC);
    }

    /** epoll_ctl(2): every event of {@code fd} carries {@code data}. */
    public static int control(int epfd, int op, int fd, int events, long data) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_INT, Scratch.STRUCT, events);
        scratch.memory.set(JAVA_LONG_UNALIGNED, Scratch.STRUCT + DATA, data);
        long event = scratch.at(Scratch.STRUCT);
        return (int) Native.call(scratch, SystemCall.EPOLL_CTL, epfd, op, fd, event);
    }

    /**
     * epoll_wait(2): events written to {@code events}, an address of {@code maxEvents} times {@link
     * #EVENT_SIZE} bytes; 0 on timeout. {@code timeoutMillis} -1 waits for ever, 0 does not wait.
     */
    public static int await(int epfd, long events, int maxEvents, int timeoutMillis) {
        return (int)
                Native.call(SystemCall.EPOLL_WAIT, epfd, events, maxEvents, timeoutMillis, 0, 0);
    }

    /** The EPOLL flags of event {@code index}. */
    public static int eventsAt(MemorySegment events, int index) {
        return events.get(JAVA_INT_UNALIGNED, (long) index * EVENT_SIZE);
    }

    /** The data given to {@link #control} for event {@code index}. */
    public static long dataAt(MemorySegment events, int index) {
        return events.get(JAVA_LONG_UNALIGNED, (long) index * EVENT_SIZE + DATA);
    }
}
