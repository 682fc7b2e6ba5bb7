package sluice.client;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps a transfer at a rate: the loop's thread waits after each piece, and no other connection
 * shares it. TCP slows a server that sends.
 */
final class Pace {
    /** Pieces a second: smooth, and few enough to cost nothing. */
    private static final int PIECES = 8;
    /** A page: less would be a system call for next to nothing. */
    private static final long PIECE_MIN = 4 << 10;
    /** What a pipe holds at most, and what an upload reports at a time. */
    private static final long PIECE_MAX = 1 << 20;
    /** After a pause of the other side this much is made up for, not all of the pause. */
    private static final long LATE_MAX_NANOS = 1_000_000_000;

    private final long rate;
    private final LongSupplier clock;
    private final LongConsumer wait;
    private long due;
    private boolean begun;

    /**
     * A pace.
     *
     * @param rate octets a second; 0 is no limit
     * @param wait waits so many nanoseconds
     */
    Pace(long rate, LongSupplier clock, LongConsumer wait) {
        this.rate = rate;
        this.clock = clock;
        this.wait = wait;
    }

    /** Waits on the calling thread. */
    static Pace of(long rate) {
        return new Pace(rate, System::nanoTime, LockSupport::parkNanos);
    }

    /** Most octets to move before the next wait. */
    long piece() {
        return rate == 0 ? PIECE_MAX : Math.clamp(rate / PIECES, PIECE_MIN, PIECE_MAX);
    }

    boolean isLimited() {
        return rate > 0;
    }

    /** Octets were moved: waits until they fit the rate. */
    void moved(long octets) {
        if (rate == 0) {
            return;
        }
        long now = clock.getAsLong();
        if (!begun || now - due > LATE_MAX_NANOS) {
            begun = true;
            due = now;
        }
        due += (long) (octets * 1e9 / rate);
        while (due - now > 0) {
            wait.accept(due - now);
            now = clock.getAsLong();
        }
    }
}
