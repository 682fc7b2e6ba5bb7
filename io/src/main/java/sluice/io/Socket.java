package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;

/**
 * A connected stream socket; the loop that created it knows whether its calls block. Results are
 * counts or negative {@link IoResult}s; errors of peers or networks throw no exception.
 */
public interface Socket extends Pollable {
    /**
     * Receives into {@code block} from offset {@code from}.
     *
     * @return bytes received, 0 after the peer's FIN, or a negative outcome
     */
    long receive(Block block, int from, int to);

    /**
     * Whether a receive would return at once: {@link IoResult#AGAIN} if not. A java.nio channel
     * cannot tell and always returns 1.
     *
     * @param scratch memory for one byte, which stays in the socket
     */
    long peek(Block scratch);

    /** Sends bytes of a block; {@code more} tells that another send follows at once. */
    long send(Block block, int from, int to, boolean more);

    /**
     * How many bytes of a send that found no room the socket holds: changed already, so the next
     * send has to begin with them, and they are not looked at again.
     */
    default int heldOutput() {
        return 0;
    }

    /**
     * Moves received bytes into a pipe by splice(2), without waiting and past user space. Returns
     * how many, 0 at the end of the input, or a negative outcome; ENOSYS if the socket cannot.
     */
    default long splice(int pipe, long most) {
        return -Errno.ENOSYS;
    }

    /**
     * Moves received bytes into a file; waits for the disk, not for the peer. Returns how many, or
     * {@code -errno} of the file; ENOSYS if the socket is not a java.nio channel.
     */
    default long transferTo(FileChannel file, long offset, long most) {
        return -Errno.ENOSYS;
    }

    /** Bytes sent that the peer has not acknowledged yet; a negative outcome if unknown. */
    default long unacknowledged() {
        return -Errno.ENOSYS;
    }

    /** Whether a connected socket needs a {@link #handshake} first. */
    default boolean hasHandshake() {
        return false;
    }

    /**
     * Does one step of the handshake, or all of it if the socket blocks.
     *
     * @return 0 if it is complete; {@link IoResult#AGAIN} if it waits for bytes of the peer, {@link
     *     IoResult#NO_ROOM} if it waits for room to send; or a negative outcome
     */
    default long handshake() {
        return 0;
    }

    /**
     * Whether the next receive returns bytes without asking the kernel, which does not tell of
     * them. Only of sockets that {@link #hasHandshake}.
     */
    default boolean holdsInput() {
        return false;
    }

    /** See {@link Transport#agreed}. */
    default @Nullable String agreed() {
        return null;
    }

    /** State of a copy path for this socket between two tries, or null. */
    default @Nullable PendingCopy pendingCopy() {
        return null;
    }

    /**
     * Processes completed zero-copy sends, which the kernel signals like an error of the socket;
     * false if there were none.
     */
    default boolean reapSends() {
        return false;
    }

    /**
     * Starts a connect.
     *
     * @return 0 if connected, {@code -EINPROGRESS} if in progress, or {@code -errno}
     */
    long connect(InetSocketAddress address);

    /** The result of a connect that was in progress: 0, or {@code -errno}. */
    long finishConnect();

    /** The peer's address, or null if it is not (or no longer) connected. Allocates. */
    @Nullable
    InetSocketAddress peer();

    /**
     * Limits how long a blocking send waits for room; then it returns the bytes sent so far, or
     * {@link IoResult#AGAIN}.
     *
     * @param millis 0: no limit
     * @return whether the socket can; a java.nio channel cannot
     */
    default boolean limitSends(int millis) {
        return false;
    }

    /**
     * Has a send find no room while more bytes than these wait to be sent for the first time
     * (TCP_NOTSENT_LOWAT, tcp(7)), however many the peer has still to acknowledge. Does nothing to
     * a java.nio channel.
     *
     * @param bytes 0 for what the system has, which is no limit where nobody has set one
     */
    default void limitUnsent(int bytes) {}

    /** Ends receiving: a blocking receive returns 0, or the bytes that have arrived. */
    void shutdownInput();

    /** Sends FIN: no more bytes follow. Any thread. */
    void shutdownOutput();

    /**
     * Sends what has to precede FIN (TLS: close_notify, RFC 8446 section 6.1), then FIN.
     *
     * @return 0, or {@link IoResult#AGAIN} if that waits for room to send; then call it again
     */
    default long finishOutput() {
        shutdownOutput();
        return 0;
    }

    /** Resets the connection (RST) and closes. */
    void abort();

    /** Closes. */
    void close();
}
