package sluice.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Plain counters with one writer, the loop's thread, that other threads may read at any time: no
 * locked instruction on the hot path.
 */
public final class Counters {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int COUNT = Counter.values().length;

    private final long[] values = new long[COUNT];
    private final boolean shared;

    /** Counters that are all 0. */
    public Counters() {
        this(false);
    }

    private Counters(boolean shared) {
        this.shared = shared;
    }

    /** Counters that any thread may add to; each addition costs a locked instruction. */
    static Counters shared() {
        return new Counters(true);
    }

    /** Adds to a counter; loop thread only. */
    public void add(Counter counter, long amount) {
        int i = counter.ordinal();
        if (shared) {
            VALUES.getAndAdd(values, i, amount);
            return;
        }
        VALUES.setOpaque(values, i, values[i] + amount);
    }

    /** The current value; any thread. */
    public long get(Counter counter) {
        return (long) VALUES.getOpaque(values, counter.ordinal());
    }

    /** Adds all values of another object, for totals; the caller holds a lock. */
    public void addAll(Counters other) {
        for (Counter counter : Counter.values()) {
            add(counter, other.get(counter));
        }
    }
}
