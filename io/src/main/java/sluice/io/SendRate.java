package sluice.io;

import java.time.Duration;

/**
 * How much a peer takes of what is sent to it, in windows as long as a peer may stall. A byte that
 * the kernel has accepted is not taken yet: the kernel keeps megabytes of them, and tells how many
 * the peer has not acknowledged.
 */
final class SendRate {
    private static final long UNKNOWN = -1;

    private final Transport transport;
    private final long window;
    private final long least;
    private long end = Timers.NEVER;
    /** Bytes that the kernel has accepted in this window. */
    private long accepted;
    /** Bytes that the peer lacked when it began. */
    private long lacked = UNKNOWN;

    SendRate(Transport transport, Duration stall) {
        this.transport = transport;
        window = stall.toNanos();
        double share = (double) window / Duration.ofSeconds(1).toNanos() * Limits.SEND_RATE_MIN;
        least = Math.max(1, (long) share);
    }

    /** When the peer must have taken its share; begins if there was nothing to send. */
    long deadline(long now) {
        if (end == Timers.NEVER) {
            end = now + window;
            accepted = 0;
            lacked = UNKNOWN;
        }
        return end;
    }

    void accepted(long bytes) {
        accepted += bytes;
    }

    /** Nothing is left to send. */
    void stop() {
        end = Timers.NEVER;
    }

    /**
     * The window is over.
     *
     * @return whether the peer took its share; if so, the next window begins
     */
    boolean goesOn(long now) {
        long lacks = Math.max(0, transport.unacknowledged());
        // Of the first window nobody knows: to ask at its start costs a call for each response.
        long taken = lacked == UNKNOWN ? accepted : accepted + lacked - lacks;
        end = now + window;
        accepted = 0;
        lacked = lacks;
        return taken >= least;
    }
}
