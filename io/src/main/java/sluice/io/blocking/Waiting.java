package sluice.io.blocking;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.IoResult;
import sluice.io.LoopResources;

import java.net.InetSocketAddress;

/**
 * How the thread of one connection waits, and its buffers. Called on that thread, except {@link
 * #interrupt}.
 */
sealed interface Waiting permits BlockingWait, ParkingWait {
    /** Whether other calls may block here, too. */
    boolean mayBlock();

    /** Whether an interrupted wait can be resumed: then any reason may interrupt it. */
    boolean canResume();

    /** The resources of the connection. */
    LoopResources resources();

    /** Starts an interruptible wait; clears earlier interruptions. */
    void begin();

    /**
     * Ends the current wait, if there is one. Any thread, under the loop's lock.
     *
     * @param output whether it waits for room to send
     */
    void interrupt(boolean output);

    /**
     * Connects.
     *
     * @return 0, {@code -errno}, or {@link IoResult#AGAIN} after an interruption
     */
    long connect(InetSocketAddress remote);

    /**
     * Does the socket's handshake.
     *
     * @return 0, a negative outcome, or {@link IoResult#AGAIN} when it is to be called again
     */
    long handshake();

    /**
     * Waits for bytes and receives them into {@link #scratch}.
     *
     * @return a count, 0 after the peer's FIN, or a negative outcome, {@link IoResult#AGAIN} if the
     *     caller must call again
     */
    long receive();

    /** The block with received bytes; null if there are none. */
    @Nullable
    Block scratch();

    /** The protocol has taken the bytes in {@link #scratch}. */
    void taken();

    /**
     * Waits until bytes have arrived; false after an interruption. A blocking java.nio channel
     * cannot and returns at once.
     */
    boolean readable();

    /** Sends a part of a chunk, waiting for room; {@link IoResult#AGAIN} as in {@link #receive}. */
    long send(Chunk chunk, boolean more);

    /** Releases the socket, which is closed next. */
    void close();

    /** Frees its resources at the end of the thread. */
    void end();
}
