package sluice.server;

import java.util.OptionalLong;

/**
 * How much memory the server plans with.
 *
 * @param total bytes for the whole process; empty means what the machine and control groups allow
 * @param cache bytes of the Java heap for small files; empty means a share of the heap
 */
public record MemoryPlan(OptionalLong total, OptionalLong cache) {
    /** The least total: below this the JVM alone takes more. */
    public static final long TOTAL_MIN = 64L << 20;

    /** Of the heap, files in memory take at most one in so many bytes. */
    private static final int HEAP_SHARE = 2;

    /**
     * @throws IllegalArgumentException if a number is out of bounds
     */
    public MemoryPlan {
        total.ifPresent(bytes -> {
            if (bytes < TOTAL_MIN) {
                throw new IllegalArgumentException("memory must be at least " + TOTAL_MIN
                        + " bytes, which the JVM alone takes, not " + bytes);
            }
        });
        cache.ifPresent(bytes -> {
            long most = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
            if (bytes < 0 || bytes > most) {
                throw new IllegalArgumentException("cache must be between 0 and " + most
                        + " bytes, half of the Java heap (-Xmx), not " + bytes);
            }
        });
    }

    /** All that there is. */
    public static MemoryPlan defaults() {
        return new MemoryPlan(OptionalLong.empty(), OptionalLong.empty());
    }

    /** A copy with another total. */
    public MemoryPlan withTotal(long bytes) {
        return new MemoryPlan(OptionalLong.of(bytes), cache);
    }

    /** A copy with another size of the cache. */
    public MemoryPlan withCache(long bytes) {
        return new MemoryPlan(total, OptionalLong.of(bytes));
    }
}
