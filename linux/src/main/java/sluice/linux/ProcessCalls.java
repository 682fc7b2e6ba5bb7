package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

/** Calls on this process: its id, signals and descriptor limits. */
public final class ProcessCalls {
    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGTERM = 15;

    /** Processes and threads of the user (getrlimit(2)). */
    public static final int RLIMIT_NPROC = 6;

    static final int RLIMIT_NOFILE = 7;
    /** Bytes of memory that the kernel pins, as it does for MSG_ZEROCOPY. */
    public static final int RLIMIT_MEMLOCK = 8;
    /** Bytes of virtual memory. */
    public static final int RLIMIT_AS = 9;

    private static final int SIGSET_SIZE = 8;
    /** The handler is first; flags, restorer and mask stay zero, on every architecture. */
    private static final int SIGACTION_SIZE = 32;

    private static final long SIG_DFL = 0;
    private static final long SIG_IGN = 1;

    /** The kernel's include/linux/posix-timers.h: process id, then the kind of clock. */
    private static final int CLOCK_SHIFT = 3;
    /** Time on a processor, in nanoseconds. */
    private static final int CPUCLOCK_SCHED = 2;

    private static final int CLOCK_THREAD_CPUTIME_ID = 3;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private ProcessCalls() {}

    /** getpid(2). */
    public static int getpid() {
        return (int) Native.call(SystemCall.GETPID, 0);
    }

    /**
     * CPU time that all threads of a process have used, in nanoseconds; {@code -errno} if there is
     * no such process. clock_gettime(2) with the clock of clock_getcpuclockid(3), which is made of
     * the complement of the process id.
     */
    public static long cpuNanos(int pid) {
        return clockNanos((long) ~pid << CLOCK_SHIFT | CPUCLOCK_SCHED);
    }

    /**
     * CPU time that this thread has used, in nanoseconds, or {@code -errno}. clock_gettime(2) with
     * CLOCK_THREAD_CPUTIME_ID, which the kernel answers, not the vDSO: a system call each time.
     */
    public static long threadCpuNanos() {
        return clockNanos(CLOCK_THREAD_CPUTIME_ID);
    }

    private static long clockNanos(long clock) {
        var scratch = Scratch.current();
        long result = Native.call(
                scratch, SystemCall.CLOCK_GETTIME, clock, scratch.at(Scratch.STRUCT), 0, 0);
        return result < 0
                ? result
                : scratch.memory.get(JAVA_LONG, Scratch.STRUCT) * NANOS_PER_SECOND
                        + scratch.memory.get(JAVA_LONG, Scratch.STRUCT + 8);
    }

    /**
     * Restores the default action of a signal (signal(7)) and so removes its handler, for example
     * the JVM's. rt_sigaction(2): 0 or {@code -errno}.
     */
    public static int restoreDefaultAction(int signal) {
        return setAction(signal, SIG_DFL);
    }

    /**
     * Makes every thread that does not block a signal ignore it. A thread that blocks it still gets
     * it queued, for sigtimedwait(2). rt_sigaction(2): 0 or {@code -errno}.
     */
    public static int ignore(int signal) {
        return setAction(signal, SIG_IGN);
    }

    private static int setAction(int signal, long handler) {
        var scratch = Scratch.current();
        scratch.memory.asSlice(Scratch.IOVEC, SIGACTION_SIZE).fill((byte) 0);
        scratch.memory.set(JAVA_LONG, Scratch.IOVEC, handler);
        long action = scratch.at(Scratch.IOVEC);
        return (int) Native.call(scratch, SystemCall.RT_SIGACTION, signal, action, 0, SIGSET_SIZE);
    }

    /**
     * Limits of open descriptors of this process: {@code soft} is in effect, {@code hard} is its
     * maximum; -1 is no limit.
     */
    public record DescriptorLimit(long soft, long hard) {}

    /**
     * RLIMIT_NOFILE, or null if it cannot be read. The JVM raises soft to hard when it starts.
     */
    public static @Nullable DescriptorLimit descriptorLimit() {
        return limit(RLIMIT_NOFILE);
    }

    /** The limit in effect, {@link Long#MAX_VALUE} if there is none or it cannot be read. */
    public static long softLimit(int resource) {
        DescriptorLimit limit = limit(resource);
        return limit == null || limit.soft < 0 ? Long.MAX_VALUE : limit.soft;
    }

    private static @Nullable DescriptorLimit limit(int resource) {
        var scratch = Scratch.current();
        long rlimit = scratch.at(Scratch.STRUCT);
        if (Native.call(scratch, SystemCall.PRLIMIT64, 0, resource, 0, rlimit) < 0) {
            return null;
        }
        long soft = scratch.memory.get(JAVA_LONG, Scratch.STRUCT);
        return new DescriptorLimit(soft, scratch.memory.get(JAVA_LONG, Scratch.STRUCT + 8));
    }

    /** Sets RLIMIT_NOFILE of this process: 0 or {@code -errno}. */
    public static int setDescriptorLimit(DescriptorLimit limit) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.STRUCT, limit.soft);
        scratch.memory.set(JAVA_LONG, Scratch.STRUCT + 8, limit.hard);
        long rlimit = scratch.at(Scratch.STRUCT);
        return (int) Native.call(scratch, SystemCall.PRLIMIT64, 0, RLIMIT_NOFILE, rlimit, 0);
    }

    /** Raises the soft limit to the hard one: 0 or {@code -errno}. */
    public static int raiseDescriptorLimit() {
        var limit = descriptorLimit();
        if (limit == null) {
            return -Errno.ENOSYS;
        }
        return setDescriptorLimit(new DescriptorLimit(limit.hard, limit.hard));
    }
}
