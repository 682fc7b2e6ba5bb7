package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** poll(2) and its array of struct pollfd. Any thread may call. */
public final class PollCalls {
    public static final int POLLIN = 0x1;
    public static final int POLLPRI = 0x2;
    public static final int POLLOUT = 0x4;
    public static final int POLLERR = 0x8;
    public static final int POLLHUP = 0x10;
    public static final int POLLNVAL = 0x20;

    /** Size of struct pollfd in bytes. */
    public static final int POLLFD_SIZE = 8;

    static final int EVENTS = 4;
    static final int REVENTS = 6;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS_PER_SECOND = 1_000;

    private PollCalls() {}

    /**
     * poll(2): how many of the {@code count} entries at address {@code fds} have events, or {@code
     * -errno}; 0 on timeout. {@code timeoutMillis} -1 waits for ever.
     */
    public static int poll(long fds, int count, int timeoutMillis) {
        if (!Abi.ARM64) {
            return (int) Native.call(SystemCall.POLL, fds, count, timeoutMillis);
        }
        var scratch = Scratch.current();
        long timeout = 0;
        if (timeoutMillis >= 0) {
            timeout = scratch.at(Scratch.STRUCT);
            long nanos = timeoutMillis % MILLIS_PER_SECOND * NANOS_PER_MILLI;
            scratch.memory.set(JAVA_LONG, Scratch.STRUCT, timeoutMillis / MILLIS_PER_SECOND);
            scratch.memory.set(JAVA_LONG, Scratch.STRUCT + 8, nanos);
        }
        return (int) Native.call(scratch, SystemCall.POLL, fds, count, timeout, 0);
    }

    /** Waits until a write has room, or would fail: 1 or {@code -errno}. Allocates. */
    public static int awaitRoom(int fd) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(POLLFD_SIZE, Long.BYTES);
            set(one, 0, fd, POLLOUT);
            return poll(one.address(), 1, -1);
        }
    }

    /** Writes entry {@code index}; the kernel ignores a negative descriptor. */
    public static void set(MemorySegment fds, int index, int fd, int events) {
        long at = (long) index * POLLFD_SIZE;
        fds.set(JAVA_INT, at, fd);
        fds.set(JAVA_SHORT, at + EVENTS, (short) events);
        fds.set(JAVA_SHORT, at + REVENTS, (short) 0);
    }

    /** The POLL flags that the last {@link #poll} returned in entry {@code index}. */
    public static int returned(MemorySegment fds, int index) {
        return fds.get(JAVA_SHORT, (long) index * POLLFD_SIZE + REVENTS);
    }
}
