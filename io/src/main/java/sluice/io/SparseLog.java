package sluice.io;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Rate-limits warnings that would flood the log: of threads that race, one writes. Any thread. */
public final class SparseLog {
    private static final long EVERY_NANOS = 10_000_000_000L;

    private final System.Logger log;
    private final LongSupplier clock;
    private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

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
        long due = next.get();
        if (now >= due && next.compareAndSet(due, now + EVERY_NANOS)) {
            log.log(System.Logger.Level.WARNING, message);
        }
    }
}
