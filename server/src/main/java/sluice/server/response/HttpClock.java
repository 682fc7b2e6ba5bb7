package sluice.server.response;

import java.util.function.LongSupplier;

/** A loop's time of day, for Date and for conditions. Loop thread only. */
public final class HttpClock {
    /** Time between two readings of the system's clock; the result may be late by as much. */
    private static final long LOOK_NANOS = 100_000_000;

    private final LongSupplier nanos;
    private final LongSupplier millis;
    private long lookedAt;
    private long seconds;

    /**
     * @param nanos the loop's own clock
     */
    public HttpClock(LongSupplier nanos) {
        this(nanos, System::currentTimeMillis);
    }

    /**
     * @param millis the system's clock
     */
    HttpClock(LongSupplier nanos, LongSupplier millis) {
        this.nanos = nanos;
        this.millis = millis;
        lookedAt = nanos.getAsLong() - LOOK_NANOS;
    }

    /** Seconds since 1970. */
    public long seconds() {
        long now = nanos.getAsLong();
        if (now - lookedAt >= LOOK_NANOS) {
            lookedAt = now;
            seconds = millis.getAsLong() / 1_000;
        }
        return seconds;
    }
}
