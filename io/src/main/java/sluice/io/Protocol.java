package sluice.io;

import org.jspecify.annotations.Nullable;

/**
 * Our side of one connection: takes bytes, produces chunks. It never sees a socket, so tests need
 * none. The connection calls it on its loop's thread, one call at a time.
 */
public interface Protocol {
    /**
     * The connection is open; a protocol that speaks first now has output to {@link #produce}.
     */
    void opened(Connection connection);

    /** The connect failed; {@link #closed} follows. */
    default void failedToOpen(long outcome) {}

    /**
     * Bytes arrived: {@code from..to} of a block, valid only during the call. The connection keeps
     * bytes that are not taken, up to {@link Connection#UNFINISHED_MAX}, and offers them again when
     * more have arrived. At that size the protocol must take bytes, respond, or let its time limit
     * expire. Takes at most one message per call; called only if {@link #wantsInput}.
     *
     * @return the bytes taken, 0 if more are needed
     */
    int received(Block bytes, int from, int to);

    /** What {@link Connection#receiveInto} waited for is there, and the sink is to write it. */
    default void receivedInto(FileSink sink) {}

    /**
     * Adds the next output, as far as {@code queue} has room; adds nothing if there is none.
     */
    void produce(SendQueue queue);

    /**
     * The meter that counts what the connection sends and how, or null; called for each send.
     */
    default @Nullable TransferMeter meter() {
        return null;
    }

    /** Bytes were sent and counted by {@link #meter}. */
    default void sent() {}

    /**
     * A file changed while a region of it was sent. A protocol of one message at a time can tell
     * its peer only by a reset of the connection; one of several says so of this message.
     *
     * @param message whose the region is: {@link SendQueue#ownedBy}
     * @return whether the peer will be told and the connection goes on
     */
    default boolean torn(Object message) {
        return false;
    }

    /**
     * Whether there is output to {@link #produce} now. The connection also calls produce when all
     * earlier output has been sent.
     */
    boolean hasOutput();

    /**
     * Whether the protocol wants more bytes now. While it does not, the connection receives
     * nothing, so TCP slows a peer that pipelines. A protocol that answers one message after
     * another wants none while a response is due or {@link Connection#isSending}; one with
     * concurrent messages may always want them. If the peer has sent FIN and the protocol wants
     * more bytes, the connection ends.
     */
    boolean wantsInput();

    /**
     * Whether a drain may close the connection at once: no message has started, and no response is
     * due. By default, whenever the protocol wants input.
     */
    default boolean isIdle() {
        return wantsInput();
    }

    /**
     * What would be lost if the connection were closed now, to make room for another one when the
     * server is full; asked when no output is being sent. By default such a connection is never
     * closed.
     */
    default Standing standing() {
        return Standing.BUSY;
    }

    /** The peer has sent its last byte (FIN). */
    default void inputEnded() {}

    /**
     * The deadline for the next bytes of the peer, on the clock of {@link EventLoop#now()}; called
     * while {@link #wantsInput} and no output is being sent.
     */
    long inputDeadline();

    /** The deadline has passed. The connection sends output produced now, then closes. */
    default void expired() {}

    /**
     * The server drains: finish what was started, then close. The connection closes after this call
     * if it {@link #isIdle}.
     */
    default void drain() {}

    /** The connection has ended, for any reason. The last call. */
    void closed();
}
