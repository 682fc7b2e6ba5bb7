package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** eventfd(2): wakes a loop that waits in epoll_wait. Non-blocking; any thread may signal. */
public final class EventFd {
    private static final int EFD_FLAGS = FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC;

    private EventFd() {}

    /** A new descriptor with count 0. */
    public static int create() {
        return (int) Native.call(SystemCall.EVENTFD2, 0, EFD_FLAGS);
    }

    /**
     * Makes {@code fd} readable. Returns 8, or {@code -EAGAIN} if 2^64-2 signals are pending; then
     * {@code fd} is readable already.
     */
    public static int signal(int fd) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.CELL, 1);
        long count = scratch.at(Scratch.CELL);
        return (int) Native.call(scratch, SystemCall.WRITE, fd, count, Long.BYTES, 0);
    }

    /** Takes all pending signals: how many there were, or {@code -EAGAIN} if there were none. */
    public static long drain(int fd) {
        var scratch = Scratch.current();
        long count = scratch.at(Scratch.CELL);
        long result = Native.call(scratch, SystemCall.READ, fd, count, Long.BYTES, 0);
        return result < 0 ? result : scratch.memory.get(JAVA_LONG, Scratch.CELL);
    }
}
