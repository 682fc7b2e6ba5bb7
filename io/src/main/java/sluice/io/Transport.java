package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;

/**
 * The operations of a connection, in completion style: a method starts an operation, and its end is
 * a call of the {@link Owner}, never within that method. A readiness loop tries, waits for
 * readiness and tries again; a completion loop submits; a blocking loop makes the call. Loop thread
 * only.
 */
public interface Transport {
    /** Receives the results of a transport's operations: a {@link Connection}, or a wrapper. */
    interface Owner {
        /** The connect has succeeded. */
        void opened();

        /** The connect has failed; a negative {@link IoResult} tells why. */
        void failedToOpen(long outcome);

        /** Bytes have arrived: {@code from..to} of a block, valid only during the call. */
        void received(Block bytes, int from, int to);

        /** The bytes that {@link #awaitReadable} waited for are in the socket. */
        void readable();

        /** The peer has sent its last byte (FIN). */
        void inputEnded();

        /** A send has ended: bytes sent, or a negative {@link IoResult}. */
        void sent(long result);

        /** The socket failed, or no buffer was free for it; a negative {@link IoResult}. */
        void failed(long result);

        /**
         * The transport has closed and no operation is pending: only now buffers and files can be
         * released. The last call.
         */
        void collected();
    }

    /**
     * Starts or pauses receiving. While paused, bytes stay in the socket and TCP slows the peer;
     * the loop holds bytes it already received until receiving starts again. Ends {@link
     * #awaitReadable}.
     */
    void receive(boolean on);

    /**
     * How bytes can reach a file past the buffers. Not at all through what changes them on their
     * way, or where the socket belongs to another thread; then the next three are not called.
     */
    default ReceiveMode receiving() {
        return ReceiveMode.BUFFER;
    }

    /** Waits until bytes have arrived, holding no buffer. Ends in {@link Owner#readable}. */
    default void awaitReadable() {
        throw new UnsupportedOperationException("bytes come by way of buffers");
    }

    /**
     * Moves bytes from the socket into a pipe, after {@link Owner#readable} and without waiting:
     * how many, 0 at the end of the input, or a negative {@link IoResult}, AGAIN and HELD included.
     */
    default long splice(int pipe, long most) {
        return -Errno.ENOSYS;
    }

    /**
     * Moves bytes from the socket into a file, waiting for the disk and not for the peer: how many,
     * or {@code -errno} of the file. Any thread, while the connection receives nothing.
     */
    default long transferTo(FileChannel file, long offset, long most) {
        return -Errno.ENOSYS;
    }

    /** Sends a chunk, or a part of it; one send at a time. Ends in {@link Owner#sent}. */
    void send(Chunk chunk, boolean more);

    /** As {@link Socket#limitUnsent}; a transport that cannot does nothing. */
    default void limitUnsent(int bytes) {}

    /** Bytes sent that the peer has not acknowledged yet; a negative outcome if unknown. */
    default long unacknowledged() {
        return -Errno.ENOSYS;
    }

    /** See {@link Connection#peer}. */
    default @Nullable InetSocketAddress peer() {
        return null;
    }

    /**
     * The name of the protocol that both sides agreed on before the connection was {@link
     * Owner#opened} (TLS: ALPN, RFC 7301), or null; see {@link ProtocolChoice}.
     */
    default @Nullable String agreed() {
        return null;
    }

    /**
     * Whether the peer's side may send something by itself after its last message, as TLS does
     * (close_notify, RFC 8446 6.1): a close that does not wait for it would reset the connection.
     * A transport that does not know says so, too.
     */
    default boolean sendsAfterLast() {
        return true;
    }

    /** Sends FIN: no more bytes follow. */
    void shutdownOutput();

    /** Resets the connection (RST): the peer learns that what it got is incomplete. */
    void abort();

    /**
     * Closes. Both this and {@link #abort} end in a call of {@link Owner#collected}, at once or
     * when pending operations have completed.
     */
    void close();
}
