package sluice.io;

import java.util.function.LongSupplier;

/**
 * Warnings of things that come in floods: one line in a while. Any thread; two that race may write
 * two.
 */
public final class SparseLog {
    private static final long EVERY_NANOS = 10_000_000_000L;

    private final System.Logger log;
    private final LongSupplier clock;
    private long next = Long.MIN_VALUE;

    public SparseLog(LongSupplier clock) {
        this(System.getLogger("sluice.io"), clock);
    }

    /**
     * A log whose lines are kept apart.
     *
     * @param clock nanoseconds
     */
    public SparseLog(System.Logger log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Writes the message, or nothing if there was one a moment ago. */
    public void warn(String message) {
        long now = clock.getAsLong();
        if (now >= next) {
            next = now + EVERY_NANOS;
            log.log(System.Logger.Level.WARNING, message);
        }
    }
}
