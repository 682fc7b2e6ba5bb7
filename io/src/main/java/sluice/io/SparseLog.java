package sluice.io;

import java.util.function.LongSupplier;

/** Warnings of things that come in floods: one line in a while. One thread. */
final class SparseLog {
    private static final long EVERY_NANOS = 10_000_000_000L;
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final LongSupplier clock;
    private long next = Long.MIN_VALUE;

    SparseLog(LongSupplier clock) {
        this.clock = clock;
    }

    void warn(String message) {
        long now = clock.getAsLong();
        if (now >= next) {
            next = now + EVERY_NANOS;
            LOG.log(System.Logger.Level.WARNING, message);
        }
    }
}
