package sluice.linux;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often this process has made each system call through this package; always counted, since
 * that costs about a nanosecond of some 150. The JDK's and the C library's own calls (java.nio,
 * aio(7)) are not among them, nor are operations of an io_uring: those need none.
 *
 * <p>A platform thread counts in an array of its own, by plain writes that others may read at any
 * time: so a total is never exact while threads run, and never behind by more than what they do at
 * that moment. Virtual threads may be very many, and share one counter for each call. What a thread
 * has counted outlives it, without its name.
 */
public final class SystemCalls {
    /** The name under which {@link #byThread} tells of all virtual threads. */
    public static final String VIRTUAL_THREADS = "virtual threads";
    /** The name under which {@link #byThread} tells of all platform threads that have ended. */
    public static final String ENDED_THREADS = "ended threads";

    private static final SystemCall[] CALLS = SystemCall.values();
    /** As many threads may have ended, at least, before their arrays are given up. */
    private static final int SWEPT_FROM = 64;

    private record Own(Thread thread, long[] counts) {}

    private static final LongAdder[] VIRTUAL = new LongAdder[CALLS.length];

    static {
        for (int i = 0; i < VIRTUAL.length; i++) {
            VIRTUAL[i] = new LongAdder();
        }
    }

    // Under this class's lock
    private static final List<Own> THREADS = new ArrayList<>();
    private static final long[] ENDED = new long[CALLS.length];
    private static int sweptAt = SWEPT_FROM;

    private SystemCalls() {}

    /** Where a platform thread that makes its first call is to count, by ordinal. */
    static synchronized long[] register(Thread thread) {
        if (THREADS.size() >= sweptAt) {
            sweep();
            // Twice as many: so each thread costs the same, however many there are.
            sweptAt = Math.max(SWEPT_FROM, 2 * THREADS.size());
        }
        long[] counts = new long[CALLS.length];
        THREADS.add(new Own(thread, counts));
        return counts;
    }

    private static void sweep() {
        THREADS.removeIf(own -> {
            boolean ended = !own.thread.isAlive();
            if (ended) {
                for (int i = 0; i < ENDED.length; i++) {
                    ENDED[i] += own.counts[i];
                }
            }
            return ended;
        });
    }

    /** A virtual thread makes a call. */
    static void countVirtual(SystemCall call) {
        VIRTUAL[call.ordinal()].increment();
    }

    /** All calls that the calling thread has made. */
    public static long ofThisThread() {
        return Scratch.current().calls();
    }

    /**
     * What each thread has called and how often, by the name that it has now; threads of the same
     * name together.
     */
    public static synchronized Map<String, Map<SystemCall, Long>> byThread() {
        sweep();
        Map<String, Map<SystemCall, Long>> threads = new TreeMap<>();
        add(threads, ENDED_THREADS, ENDED);
        long[] virtual = new long[CALLS.length];
        for (int i = 0; i < virtual.length; i++) {
            virtual[i] = VIRTUAL[i].sum();
        }
        add(threads, VIRTUAL_THREADS, virtual);
        THREADS.forEach(own -> add(threads, own.thread.getName(), own.counts));
        return threads;
    }

    private static void add(
            Map<String, Map<SystemCall, Long>> threads, String name, long[] counts) {
        Map<SystemCall, Long> calls =
                threads.computeIfAbsent(name, _ -> new EnumMap<>(SystemCall.class));
        for (SystemCall call : CALLS) {
            long count = counts[call.ordinal()];
            if (count > 0) {
                calls.merge(call, count, Long::sum);
            }
        }
    }

    /** What all threads have called, and how often. */
    public static Map<SystemCall, Long> total() {
        Map<SystemCall, Long> total = new EnumMap<>(SystemCall.class);
        byThread()
                .values()
                .forEach(calls ->
                        calls.forEach((call, count) -> total.merge(call, count, Long::sum)));
        return total;
    }
}
