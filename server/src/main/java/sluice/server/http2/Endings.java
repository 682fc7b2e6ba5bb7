package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.io.EventLoop;
import sluice.server.trace.StreamTraces;

/** How streams end: complete, by a reset of one of the sides, or for what the client did. */
final class Endings {
    private final EventLoop loop;
    private final ControlFrames control;
    private final Streams streams;
    private final Patience patience;
    private final Farewell farewell;
    private @Nullable StreamTraces traces;

    Endings(
            EventLoop loop,
            ControlFrames control,
            Streams streams,
            Patience patience,
            Farewell farewell) {
        this.loop = loop;
        this.control = control;
        this.streams = streams;
        this.patience = patience;
        this.farewell = farewell;
    }

    @Nullable
    StreamTraces traces() {
        return traces;
    }

    void tracedBy(StreamTraces found) {
        traces = found;
    }

    /** Ends the connection. */
    void connectionError(ErrorCode code, String words) {
        farewell.now(code, words);
    }

    /** A frame asks for nothing; false if it was one too many, and the connection ends. */
    boolean charge() {
        if (patience.takesFrame(loop.now())) {
            return true;
        }
        connectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
        return false;
    }

    private void chargeReset() {
        if (!patience.takesReset(loop.now())) {
            connectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many streams that end unfinished");
        }
    }

    /** The open stream of that number; one that was reset is none. */
    @Nullable
    Http2Stream live(int id) {
        Http2Stream stream = streams.find(id);
        return stream == null || stream.phase == Http2Stream.Phase.ABANDONED ? null : stream;
    }

    /**
     * Resets a stream for what the client did. RST_STREAM must not be sent for a stream that is
     * idle (RFC 9113 section 6.4), as those of the server are, too: then the connection ends.
     */
    void streamError(int id, ErrorCode code) {
        Http2Stream stream = live(id);
        if (id > streams.last() || (id & 1) == 0) {
            connectionError(code, "a fault on a stream that is idle");
            return;
        } else if (stream == null) {
            control.reset(id, code);
            streams.wasReset(id);
        } else {
            reset(stream, code);
        }
        chargeReset();
    }

    /** Resets a stream. */
    void reset(Http2Stream stream, ErrorCode code) {
        control.reset(stream.id, code);
        streams.wasReset(stream.id);
        drop(stream);
    }

    /** The client has reset it. */
    void resetByClient(Http2Stream stream) {
        drop(stream);
        chargeReset();
    }

    /** Ends a stream unfinished; it counts as open while a worker still works for it. */
    private void drop(Http2Stream stream) {
        if (traces != null && stream.trace != null) {
            traces.over(stream.trace, false);
        }
        boolean works = stream.lookup.abandon();
        stream.release();
        if (works) {
            stream.phase = Http2Stream.Phase.ABANDONED;
        } else {
            close(stream);
        }
    }

    /** The worker of a stream that was reset has ended. */
    void collected(Http2Stream stream) {
        stream.lookup.close();
        close(stream);
    }

    /** All of a response is queued. */
    void finished(Http2Stream stream) {
        patience.answered();
        if (traces != null && stream.trace != null) {
            traces.over(stream.trace, true);
        }
        if (!stream.inputEnded) {
            // RFC 9113 section 8.1: no more of the request is needed.
            control.reset(stream.id, ErrorCode.NO_ERROR);
            streams.wasReset(stream.id);
        }
        stream.release();
        close(stream);
    }

    private void close(Http2Stream stream) {
        streams.close(stream);
        farewell.streamClosed();
    }
}
