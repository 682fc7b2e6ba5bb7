package sluice.server.response;

import java.util.function.LongSupplier;

/** The time of day as one loop sees it, for Date and for conditions. Loop thread only. */
public final class HttpClock {
    /** The clock is looked at this often; it may be late by as much. */
    private static final long LOOK_NANOS = 100_000_000;

    private final LongSupplier nanos;
    private long lookedAt;
    private long seconds;

    /**
     * @param nanos the loop's own clock
     */
    public HttpClock(LongSupplier nanos) {
        this.nanos = nanos;
        lookedAt = nanos.getAsLong() - LOOK_NANOS;
    }

    /** Seconds since 1970. */
    public long seconds() {
        long now = nanos.getAsLong();
        if (now - lookedAt >= LOOK_NANOS) {
            lookedAt = now;
            seconds = System.currentTimeMillis() / 1_000;
        }
        return seconds;
    }
}
