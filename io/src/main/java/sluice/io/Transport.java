package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.net.InetSocketAddress;

/**
 * The verbs of a connection, completion-shaped: each is begun here and ends in a call of {@link
 * Connection}, never inside the verb itself. A readiness loop tries, arms and tries again; a
 * completion loop submits; a blocking loop just does it. Loop thread only.
 */
interface Transport {
    /**
     * Wants bytes, or wants none for now: then they stay in the socket, and the peer is slowed.
     * What a loop has taken already it keeps back until they are wanted. Ends
     * {@link #awaitReadable}.
     */
    void receive(boolean on);

    /**
     * Waits until bytes have arrived, holding no buffer: for taking them from the socket by splice.
     */
    void awaitReadable();

    /**
     * Moves bytes from the socket into a pipe, in {@link Protocol#readable} and without waiting:
     * how many, 0 at the end of the input, or a negative {@link Outcome}, AGAIN and HELD included.
     * ENOSYS where a socket is none that can be spliced, or belongs to another thread.
     */
    default long splice(int pipe, long most) {
        return -Errno.ENOSYS;
    }

    /** The socket, if it is a java.nio channel of this loop's. */
    default @Nullable NioSocket channelSocket() {
        return null;
    }

    /** Sends a chunk, or a part of it; one send at a time. Ends in {@link Connection#sent}. */
    void send(Chunk chunk, boolean more);

    /** See {@link Connection#peer}. */
    default @Nullable InetSocketAddress peer() {
        return null;
    }

    /** Tells the peer that no more bytes come. */
    void shutdownOutput();

    /** Closes with RST, so that the peer knows what it got as broken. */
    void abort();

    /**
     * Closes. Both this and {@link #abort} end in {@link Connection#collected}, at once or when
     * what is outstanding has come back.
     */
    void close();
}
