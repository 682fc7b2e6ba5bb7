package sluice.server.http2;

import sluice.io.Connection;

import java.util.concurrent.TimeUnit;

/**
 * Bounds what the kernel holds of a connection before it has begun to send it: an urgent response
 * waits for that. Where the client takes a MiB in a few milliseconds it waits for nothing that
 * matters, and the bound is lifted, because it costs a quarter of the processor time of a large
 * download: the loop then does what would be done when acknowledgements arrive.
 */
final class Backlog {
    /** Octets that are waited for elsewhere: 20 ms at 50 Mbit/s. */
    static final int UNSENT_MAX = 128 << 10;
    /** What the system has, which is no limit (TCP_NOTSENT_LOWAT, tcp(7)). */
    private static final int SYSTEMS = 0;

    /** Octets by which the pace is judged. */
    private static final long PIECE = 1 << 20;
    /** The largest socket buffer of Linux, 4 MiB, then leaves within 50 ms. */
    private static final long FAST_NANOS = TimeUnit.MICROSECONDS.toNanos(12_500);

    private final Connection connection;
    private long since;
    private long octets;
    private boolean fast;

    Backlog(Connection connection) {
        this.connection = connection;
        since = connection.loop().now();
        connection.limitUnsent(UNSENT_MAX);
    }

    /** More octets of bodies have been queued. */
    void queued(long more) {
        octets += more;
        if (octets < PIECE) {
            return;
        }
        long now = connection.loop().now();
        boolean isFast = now - since <= FAST_NANOS;
        if (isFast != fast) {
            fast = isFast;
            connection.limitUnsent(fast ? SYSTEMS : UNSENT_MAX);
        }
        since = now;
        octets = 0;
    }
}
