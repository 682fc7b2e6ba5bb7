package sluice.io;

import java.util.function.LongSupplier;

/**
 * Rate-limits warnings that would flood the log. Any thread; two threads that race may both write a
 * line.
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
     * A log with a minimum time between lines.
     *
     * @param clock in nanoseconds
     */
    public SparseLog(System.Logger log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Writes the message, or nothing if the last line is too recent. */
    public void warn(String message) {
        long now = clock.getAsLong();
        if (now >= next) {
            next = now + EVERY_NANOS;
            log.log(System.Logger.Level.WARNING, message);
        }
    }
}
