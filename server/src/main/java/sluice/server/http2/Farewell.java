package sluice.server.http2;

import sluice.io.Connection;

/**
 * How a connection ends in order (RFC 9113 section 6.8): the client is told that no stream will be
 * answered from some time on, and by a ping we learn when it knows. Then it is told the last stream
 * that is, and the connection ends with that.
 *
 * <pre>
 *   OPEN --begin--> WARNED --the ping is answered--> LAST_TOLD --no stream is open--> ended
 *    +------------------- an error, or the client leaves --------------------------> ended
 * </pre>
 */
final class Farewell {
    private enum Phase {
        OPEN,
        WARNED,
        LAST_TOLD,
        ENDED
    }

    private final ControlFrames control;
    private final Streams streams;
    private final Connection connection;
    private Phase phase = Phase.OPEN;

    Farewell(ControlFrames control, Streams streams, Connection connection) {
        this.control = control;
        this.streams = streams;
        this.connection = connection;
    }

    /** Whether requests on new streams are answered. */
    boolean takesStreams() {
        return phase == Phase.OPEN || phase == Phase.WARNED;
    }

    /** Whether the client is to be told, or has been told, everything. */
    boolean isOver() {
        return phase == Phase.ENDED;
    }

    /** Whether the client has been warned and has not said yet that it knows. */
    boolean awaitsPing() {
        return phase == Phase.WARNED;
    }

    void begin() {
        if (phase == Phase.OPEN) {
            phase = Phase.WARNED;
            control.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
            control.ping();
        }
    }

    void pingAnswered() {
        if (phase == Phase.WARNED) {
            phase = Phase.LAST_TOLD;
            control.goAway(streams.last(), ErrorCode.NO_ERROR, "");
            streamClosed();
        }
    }

    /** The client opens no more streams. */
    void clientLeaves() {
        if (phase == Phase.OPEN || phase == Phase.WARNED) {
            phase = Phase.LAST_TOLD;
            streamClosed();
        }
    }

    void streamClosed() {
        if (phase == Phase.LAST_TOLD && streams.count() == 0) {
            phase = Phase.ENDED;
            connection.closeWhenSent();
        }
    }

    /** Ends the connection now, whatever is open. */
    void now(ErrorCode code, String words) {
        if (phase != Phase.ENDED) {
            phase = Phase.ENDED;
            control.goAway(streams.last(), code, words);
            connection.closeWhenSent();
        }
    }
}
