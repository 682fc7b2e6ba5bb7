package sluice.io;

import java.time.Duration;

/**
 * Limits of a server.
 *
 * @param connections most open connections of all loops. At this number the one that is idle
 *     longest is closed, so that there is room for the next; if none is, clients wait in the listen
 *     queue
 * @param buffersPerLoop blocks for unfinished input, and as many for output, of 32 KiB each
 * @param stall time in which a peer must take {@link #SEND_RATE_MIN} bytes per second of a
 *     response; else it is reset
 * @param linger how long a connection waits for the peer's FIN after its own
 * @param pace most bytes per second that the kernel sends on an accepted connection; 0 for no bound
 */
public record Limits(
        int connections, int buffersPerLoop, Duration stall, Duration linger, int pace) {
    /**
     * Enough for 10,000 idle clients and some busy ones; of 20,000 descriptors half remain for
     * files.
     */
    public static final int CONNECTIONS = 16_384;
    /** The kernel's default maximum of descriptors per process (fs.nr_open). */
    public static final int CONNECTIONS_MAX = 1 << 20;
    /** 64 MiB per direction and loop: enough for two thousand stalled readers. */
    public static final int BUFFERS_PER_LOOP = 2_048;
    /** 32 GiB per direction and loop: one for each connection. */
    public static final int BUFFERS_PER_LOOP_MAX = CONNECTIONS_MAX;
    /** nginx's send_timeout: long enough for a phone in a tunnel. */
    public static final Duration STALL = Duration.ofSeconds(60);
    /**
     * Least bytes per second that a peer takes, on average of {@code stall}: as slow as a modem of
     * 1990 is slow on purpose. Uploads have the same bound.
     */
    public static final int SEND_RATE_MIN = 500;
    /** A TLS handshake is two round trips: enough for the slowest of networks. */
    public static final Duration HANDSHAKE = Duration.ofSeconds(10);
    /** Long enough to read a response before an RST could discard it (RFC 9112 section 9.6). */
    public static final Duration LINGER = Duration.ofSeconds(2);
    /** Slower is of no use: a page would take minutes. */
    public static final int PACE_MIN = 1 << 10;
    /** Practically for ever, but short enough that deadlines in nanoseconds do not overflow. */
    public static final Duration TIME_MAX = Duration.ofNanos(Long.MAX_VALUE / 2);

    /**
     * @throws IllegalArgumentException if a number or time is out of bounds
     */
    public Limits {
        Bounds.require("connections", connections, 1, CONNECTIONS_MAX);
        Bounds.require("buffersPerLoop", buffersPerLoop, 1, BUFFERS_PER_LOOP_MAX);
        Bounds.require("stall", stall, TIME_MAX);
        Bounds.require("linger", linger, TIME_MAX);
        if (pace != 0) {
            Bounds.require("pace", pace, PACE_MIN, Integer.MAX_VALUE);
        }
    }

    /** As fast as the kernel can. */
    public Limits(int connections, int buffersPerLoop, Duration stall, Duration linger) {
        this(connections, buffersPerLoop, stall, linger, 0);
    }

    /** The defaults. */
    public static Limits defaults() {
        return new Limits(CONNECTIONS, BUFFERS_PER_LOOP, STALL, LINGER);
    }

    /** How long a connect may take, or the handshake of an accepted peer. */
    Duration opening(boolean accepted) {
        return accepted && stall.compareTo(HANDSHAKE) > 0 ? HANDSHAKE : stall;
    }

    /** A copy with another number of connections. */
    public Limits withConnections(int count) {
        return new Limits(count, buffersPerLoop, stall, linger, pace);
    }

    /** A copy with another number of buffers. */
    public Limits withBuffersPerLoop(int buffers) {
        return new Limits(connections, buffers, stall, linger, pace);
    }

    /** A copy with another stall limit. */
    public Limits withStall(Duration time) {
        return new Limits(connections, buffersPerLoop, time, linger, pace);
    }

    /** A copy with another linger limit. */
    public Limits withLinger(Duration time) {
        return new Limits(connections, buffersPerLoop, stall, time, pace);
    }

    /** A copy with another pace. */
    public Limits withPace(int bytesPerSecond) {
        return new Limits(connections, buffersPerLoop, stall, linger, bytesPerSecond);
    }
}
