package sluice.linux;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts how often this process makes each system call through this package. Counting is always on:
 * it costs about a nanosecond of some 150. Calls of the JDK and the C library (java.nio, aio(7))
 * are not counted. Operations of an io_uring are not, either: they need no call.
 *
 * <p>Each platform thread counts in its own array by plain writes, and other threads may read it at
 * any time. So a total is not exact while threads run, but lags only by calls being made at that
 * moment. Virtual threads may be numerous and share one counter per call. The counts of a thread
 * are kept when it ends, without its name.
 */
public final class SystemCalls {
    /** The name of all virtual threads together in {@link #byThread}. */
    public static final String VIRTUAL_THREADS = "virtual threads";
    /** The name of all ended platform threads together in {@link #byThread}. */
    public static final String ENDED_THREADS = "ended threads";

    private static final SystemCall[] CALLS = SystemCall.values();
    /** Ended threads are first looked for when there are this many arrays. */
    private static final int SWEPT_FROM = 64;

    private record Own(Thread thread, long[] counts) {}

    private static final LongAdder[] VIRTUAL = new LongAdder[CALLS.length];

    static {
        for (int i = 0; i < VIRTUAL.length; i++) {
            VIRTUAL[i] = new LongAdder();
        }
    }

    // Guarded by the lock of this class
    private static final List<Own> THREADS = new ArrayList<>();
    private static final long[] ENDED = new long[CALLS.length];
    private static int sweptAt = SWEPT_FROM;

    private SystemCalls() {}

    /** Creates the array in which a platform thread counts, by ordinal; at its first call. */
    static synchronized long[] register(Thread thread) {
        if (THREADS.size() >= sweptAt) {
            sweep();
            // Twice as many as are left: keeps the cost per thread constant.
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

    /** Counts a call of a virtual thread. */
    static void countVirtual(SystemCall call) {
        VIRTUAL[call.ordinal()].increment();
    }

    /** How many calls the calling thread has made. */
    public static long ofThisThread() {
        return Scratch.current().calls();
    }

    /**
     * The counts of each thread, by its current name; threads of the same name are added up.
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

    /** The counts of all threads together. */
    public static Map<SystemCall, Long> total() {
        Map<SystemCall, Long> total = new EnumMap<>(SystemCall.class);
        byThread()
                .values()
                .forEach(calls ->
                        calls.forEach((call, count) -> total.merge(call, count, Long::sum)));
        return total;
    }
}
