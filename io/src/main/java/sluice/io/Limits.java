package sluice.io;

import java.time.Duration;

/**
 * Bounds of a server.
 *
 * @param connections open at one time on all loops; more wait in the listen queue
 * @param buffersPerLoop blocks for unfinished input, and as many for output, of 32 KiB each
 * @param stall how long a peer may take no byte of an answer
 * @param linger how long a connection that we end waits for the peer to end its side
 */
public record Limits(int connections, int buffersPerLoop, Duration stall, Duration linger) {
    /**
     * 10,000 idle clients and room for the busy; with 20,000 descriptors, half are left for files.
     */
    public static final int CONNECTIONS = 16_384;
    /** As many descriptors as the kernel lets a process have, unless fs.nr_open was raised. */
    public static final int CONNECTIONS_MAX = 1 << 20;
    /** 64 MiB each way and loop: two thousand stalled readers before the first is shed. */
    public static final int BUFFERS_PER_LOOP = 2_048;
    /** 32 GiB each way and loop: one for each connection. */
    public static final int BUFFERS_PER_LOOP_MAX = CONNECTIONS_MAX;
    /** nginx's send_timeout: long enough for a phone in a tunnel. */
    public static final Duration STALL = Duration.ofSeconds(60);
    /** Long enough for an answer to be read before RST could erase it (RFC 9112 section 9.6). */
    public static final Duration LINGER = Duration.ofSeconds(2);
    /** Practically for ever: a deadline is a number of nanoseconds and must not overflow. */
    public static final Duration TIME_MAX = Duration.ofNanos(Long.MAX_VALUE / 2);

    /**
     * @throws IllegalArgumentException for a number or time beyond its bounds
     */
    public Limits {
        Bounds.require("connections", connections, 1, CONNECTIONS_MAX);
        Bounds.require("buffersPerLoop", buffersPerLoop, 1, BUFFERS_PER_LOOP_MAX);
        Bounds.require("stall", stall, TIME_MAX);
        Bounds.require("linger", linger, TIME_MAX);
    }

    /** What a server has if nobody says otherwise. */
    public static Limits defaults() {
        return new Limits(CONNECTIONS, BUFFERS_PER_LOOP, STALL, LINGER);
    }

    /** The same with another number of connections. */
    public Limits withConnections(int count) {
        return new Limits(count, buffersPerLoop, stall, linger);
    }

    /** The same with another number of buffers. */
    public Limits withBuffersPerLoop(int buffers) {
        return new Limits(connections, buffers, stall, linger);
    }

    /** The same with more or less patience for a peer that takes nothing. */
    public Limits withStall(Duration time) {
        return new Limits(connections, buffersPerLoop, time, linger);
    }

    /** The same with more or less patience for a peer that does not end its side. */
    public Limits withLinger(Duration time) {
        return new Limits(connections, buffersPerLoop, stall, time);
    }
}
