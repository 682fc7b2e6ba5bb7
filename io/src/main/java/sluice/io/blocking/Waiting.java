package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.LoopResources;
import sluice.io.Outcome;

import java.net.InetSocketAddress;

/**
 * How a thread waits that has one connection to itself, and with what memory. On that thread, but
 * for {@link #interrupt}.
 */
sealed interface Waiting permits BlockingWait, ParkingWait {
    /** Whether other calls may block here, too. */
    boolean mayBlock();

    /** Whether a wait that was interrupted can be taken up again: then anything may interrupt. */
    boolean canResume();

    /** What the connection keeps. */
    LoopResources resources();

    /** A wait begins that may be interrupted from now on; earlier interruptions are forgotten. */
    void begin();

    /**
     * Ends a wait that goes on, if the connection has one. Any thread, under the loop's lock.
     *
     * @param output whether it waits for room to send
     */
    void interrupt(boolean output);

    /**
     * Connects.
     *
     * @return 0, {@code -errno}, or {@link Outcome#AGAIN} after an interruption
     */
    long connect(InetSocketAddress remote);

    /**
     * Waits for bytes and receives them into {@link #scratch}.
     *
     * @return a count, 0 when the peer has finished, or a negative outcome, {@link Outcome#AGAIN}
     *     when it is to be called again
     */
    long receive();

    /** Where bytes are after a receive that got some; null otherwise. */
    @Nullable
    Block scratch();

    /** The bytes in {@link #scratch} have been taken. */
    void taken();

    /**
     * Waits until bytes have arrived, which a java.nio channel in a call cannot: it does not wait;
     * false after an interruption.
     */
    boolean readable();

    /** Sends a part of a chunk, waiting for room; {@link Outcome#AGAIN} as in {@link #receive}. */
    long send(Chunk chunk, boolean more);

    /** Lets go of the socket, which is closed next. */
    void close();

    /** Frees what is left at the end of the thread. */
    void end();
}
