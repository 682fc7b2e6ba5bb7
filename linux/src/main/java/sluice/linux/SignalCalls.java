package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Signals as messages to one thread: the kernel sends one when a descriptor becomes ready
 * (fcntl(2), F_SETSIG), and the thread takes it from the queue by sigtimedwait(2) instead of
 * handling it. Results are those of the kernel or {@code -errno}.
 */
public final class SignalCalls {
    public static final int SIGURG = 23;
    public static final int SIGIO = 29;

    public static final int F_SETSIG = 10;
    public static final int F_SETOWN_EX = 15;
    public static final int O_ASYNC = 0x2000;

    /** Size of siginfo_t in bytes. */
    public static final int SIGINFO_SIZE = 128;

    static final int F_OWNER_TID = 0;
    static final int SIG_BLOCK = 0;
    static final int SIG_SETMASK = 2;
    static final int BAND = 16;
    static final int DESCRIPTOR = 24;

    private static final int SIGSET_SIZE = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private SignalCalls() {}

    /** gettid(2): the calling thread; a platform thread keeps it. */
    public static int gettid() {
        return (int) Native.call(SystemCall.GETTID, 0);
    }

    /** The bit of a signal in a signal set. */
    public static long bit(int signal) {
        return 1L << (signal - 1);
    }

    /** Blocks more signals in the calling thread: 0 or -errno. */
    public static int block(long set) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.CELL, set);
        long address = scratch.at(Scratch.CELL);
        return (int)
                Native.call(scratch, SystemCall.RT_SIGPROCMASK, SIG_BLOCK, address, 0, SIGSET_SIZE);
    }

    /**
     * sigtimedwait(2): takes a pending signal of {@code set} from the queue and returns its number,
     * or {@code -EAGAIN} on timeout. The calling thread must block these signals.
     *
     * @param info address of {@link #SIGINFO_SIZE} bytes
     * @param nanos how long to wait; negative waits for ever
     */
    public static int await(long set, long info, long nanos) {
        var scratch = Scratch.current();
        var memory = scratch.memory;
        memory.set(JAVA_LONG, Scratch.CELL, set);
        memory.set(JAVA_LONG, Scratch.STRUCT, nanos / NANOS_PER_SECOND);
        memory.set(JAVA_LONG, Scratch.STRUCT + 8, nanos % NANOS_PER_SECOND);
        long timeout = nanos < 0 ? 0 : scratch.at(Scratch.STRUCT);
        long address = scratch.at(Scratch.CELL);
        return (int) Native.call(
                scratch, SystemCall.RT_SIGTIMEDWAIT, address, info, timeout, SIGSET_SIZE);
    }

    /** The descriptor that a signal of {@link #notify} reports. */
    public static int descriptorOf(MemorySegment info) {
        return info.get(JAVA_INT, DESCRIPTOR);
    }

    /** The readiness that it reports: POLL flags of {@link PollCalls}. */
    public static int eventsOf(MemorySegment info) {
        return (int) info.get(JAVA_LONG, BAND);
    }

    /**
     * Makes the kernel send {@code signal} to thread {@code tid} whenever {@code fd} becomes ready.
     * The thread must block that signal and {@link #SIGIO} before: unhandled they end the process,
     * and the kernel sends SIGIO when the queue is full (fcntl(2)).
     *
     * @param flags status flags of the descriptor (O_NONBLOCK)
     * @return 0 or {@code -errno}
     */
    public static int notify(int fd, int tid, int signal, int flags) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_INT, Scratch.CELL, F_OWNER_TID);
        scratch.memory.set(JAVA_INT, Scratch.CELL + Integer.BYTES, tid);
        int result = FileCalls.fcntl(fd, F_SETOWN_EX, scratch.at(Scratch.CELL));
        if (result >= 0) {
            result = FileCalls.fcntl(fd, F_SETSIG, signal);
        }
        return result < 0 ? result : FileCalls.fcntl(fd, FileCalls.F_SETFL, flags | O_ASYNC);
    }

    /** tgkill(2): sends a signal to a thread of this process; 0, or -ESRCH when it has ended. */
    public static int send(int tid, int signal) {
        return (int) Native.call(SystemCall.TGKILL, ProcessCalls.getpid(), tid, signal);
    }
}
