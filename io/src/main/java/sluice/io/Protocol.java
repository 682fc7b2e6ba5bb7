package sluice.io;

import org.jspecify.annotations.Nullable;

/**
 * One connection's side of a conversation: bytes in, chunks out. It never sees a socket, so it is
 * tested without one. All calls come on the connection's loop thread, one at a time.
 */
public interface Protocol {
    /**
     * The connection stands; a protocol that speaks first has now something to {@link #produce}.
     */
    void opened(Connection connection);

    /** The connection that was asked for could not be made; {@link #closed} follows. */
    default void failedToOpen(long outcome) {}

    /**
     * Bytes arrived: {@code from..to} of a block, valid during the call only. What is not taken is
     * kept and comes again, with more behind it, as long as that is no more than {@link
     * Connection#UNFINISHED_MAX}: then a protocol must take bytes, answer, or let time run out. At
     * most one message is taken per call, and none unless {@link #wantsInput}.
     *
     * @return the bytes taken, 0 when more are needed
     */
    int received(Block bytes, int from, int to);

    /** Bytes that {@link Connection#awaitReadable} waited for are in the socket. */
    default void readable() {}

    /**
     * Adds what is to be sent next, as far as {@code queue} has room; nothing if there is nothing.
     */
    void produce(SendQueue queue);

    /**
     * Where the connection counts what it sends and how, if this wants to know; asked each time.
     */
    default @Nullable TransferMeter meter() {
        return null;
    }

    /** Bytes have left and are in {@link #meter}. */
    default void sent() {}

    /**
     * Whether there is something to {@link #produce} now. It is also asked to produce when all it
     * has produced has left.
     */
    boolean hasOutput();

    /**
     * Whether more bytes would be of use now. While not, nothing is received, so TCP slows a peer
     * that sends ahead. Who answers one message after the other wants none while an answer is due
     * or {@link Connection#isSending}; who works on many at once may want them always. When the
     * peer has ended its side and more would be of use, the connection ends.
     */
    boolean wantsInput();

    /**
     * Whether a drain may end the connection at once: nothing of a message has come, and no answer
     * is due.
     */
    boolean isIdle();

    /** The peer has sent its last byte. */
    default void inputEnded() {}

    /**
     * Until when the next bytes of the peer are awaited, on the clock of {@link EventLoop#now()};
     * asked for while {@link #wantsInput} and nothing is being sent.
     */
    long inputDeadline();

    /** That time has come. What is produced now is sent, and the connection closed. */
    void expired();

    /** The server wants to stop: finish what was begun, then close. */
    void drain();

    /** The end, whoever brought it about. Nothing is called after it. */
    void closed();
}
