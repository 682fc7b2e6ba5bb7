package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;

/**
 * The verbs of a connection, completion-shaped: each is begun here and ends in a call of its
 * {@link Owner}, never inside the verb itself. A readiness loop tries, arms and tries again; a
 * completion loop submits; a blocking loop just does it. Loop thread only.
 */
public interface Transport {
    /** Whom a transport tells what came of its verbs: a {@link Connection}, or what wraps one. */
    interface Owner {
        /** The connect that was under way has succeeded. */
        void opened();

        /** There will be no connection; a negative {@link Outcome} says why. */
        void failedToOpen(long outcome);

        /** Bytes have arrived: {@code from..to} of a block, valid during the call only. */
        void received(Block bytes, int from, int to);

        /** What {@link #awaitReadable} waited for is in the socket. */
        void readable();

        /** The peer has sent its last byte. */
        void inputEnded();

        /** A send has ended: bytes taken, or a negative {@link Outcome}. */
        void sent(long result);

        /** The socket is broken, or no buffer is left for it; a negative {@link Outcome}. */
        void failed(long result);

        /**
         * The transport has closed and nothing it was asked to do is outstanding: now, and not
         * before, buffers and files can be given back. The last call.
         */
        void collected();
    }

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

    /**
     * Moves bytes from the socket into a file, waiting for the disk and not for the peer: how many,
     * or {@code -errno} of the file; ENOSYS where the socket is no java.nio channel of this loop's.
     * Any thread, while the connection receives nothing.
     */
    default long transferTo(FileChannel file, long offset, long most) {
        return -Errno.ENOSYS;
    }

    /** Sends a chunk, or a part of it; one send at a time. Ends in {@link Owner#sent}. */
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
     * Closes. Both this and {@link #abort} end in {@link Owner#collected}, at once or when
     * what is outstanding has come back.
     */
    void close();
}
