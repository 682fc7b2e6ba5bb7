package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.http.FieldSection;
import sluice.http.HpackDecoder;
import sluice.http.Priority;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.server.trace.StreamTraces;

import java.lang.foreign.MemorySegment;

/** What the frames of a client mean for its streams and windows. Loop thread only. */
final class Http2Connection implements FrameReader.Handler, Answers.Owner {
    /** Octets of bodies that a peer takes without a setting, RFC 9113 section 6.9.2. */
    static final int WINDOW = 65_535;
    /** Streams of one connection; then the client is asked to open another one. */
    static final int STREAMS_MAX = 10_000;
    /** Octets that a request's unwanted body may have before the response. */
    static final int BODY_SKIPPED_MAX = WINDOW;

    private static final long WINDOW_MAX = Integer.MAX_VALUE;
    private static final int SETTING = 6;

    private final Connection connection;
    private final EventLoop loop;
    private final RequestReader requests;
    private final HpackDecoder decoder;
    private final Answers answers;
    private final Patience patience;
    private final ControlFrames control = new ControlFrames();
    private final Streams streams = new Streams();
    private final StreamOutput output;
    private final FrameReader reader = new FrameReader(this);
    private final Farewell farewell;
    private @Nullable StreamTraces traces;

    /** Octets of bodies that the client takes on a new stream. */
    private long initialWindow = WINDOW;
    /** Octets of bodies that we take on all streams, and those to give back. */
    private int receiveWindow = WINDOW;

    private int credit;
    /** The stream whose frame of data is coming in, or null if nobody wants it. */
    private @Nullable Http2Stream receiving;

    private int receivingLength;
    private int opened;

    Http2Connection(Connection connection, Http2Service.Shared shared) {
        this.connection = connection;
        loop = connection.loop();
        requests = shared.reader();
        decoder = requests.newDecoder();
        answers = new Answers(shared.sites(), requests, this);
        patience = new Patience(loop.now());
        farewell = new Farewell(control, streams, connection);
        output = new StreamOutput(this, shared.writer(), control, streams, patience);
        control.settings(Streams.CONCURRENT_MAX, RequestReader.LIST_MAX, WINDOW);
    }

    FrameReader reader() {
        return reader;
    }

    Streams streams() {
        return streams;
    }

    ControlFrames control() {
        return control;
    }

    StreamOutput output() {
        return output;
    }

    Farewell farewell() {
        return farewell;
    }

    EventLoop loop() {
        return loop;
    }

    Connection connection() {
        return connection;
    }

    @Nullable
    StreamTraces traces() {
        return traces;
    }

    void tracedBy(StreamTraces found) {
        traces = found;
    }

    // Errors

    @Override
    public void connectionError(ErrorCode code, String words) {
        reader.end();
        farewell.now(code, words);
    }

    @Override
    public boolean charge() {
        if (patience.takesFrame(loop.now())) {
            return true;
        }
        connectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
        return false;
    }

    /** Resets a stream for what the client did. */
    @Override
    public void streamError(int id, ErrorCode code) {
        Http2Stream stream = live(id);
        if (stream == null) {
            control.reset(id, code);
            streams.wasReset(id);
        } else {
            reset(stream, code);
        }
        chargeReset();
    }

    /** The open stream of that number; one that was reset is none. */
    private @Nullable Http2Stream live(int id) {
        Http2Stream stream = streams.find(id);
        return stream == null || stream.phase == Http2Stream.Phase.ABANDONED ? null : stream;
    }

    private void chargeReset() {
        if (!patience.takesReset(loop.now())) {
            connectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many streams that end unfinished");
        }
    }

    /** Resets a stream. */
    void reset(Http2Stream stream, ErrorCode code) {
        control.reset(stream.id, code);
        streams.wasReset(stream.id);
        drop(stream);
    }

    /** Ends a stream unfinished; it counts as open while a worker still works for it. */
    private void drop(Http2Stream stream) {
        if (traces != null && stream.trace != null) {
            traces.over(stream.trace, false);
        }
        if (receiving == stream) {
            receiving = null;
        }
        boolean works = stream.lookup.abandon();
        stream.release();
        if (works) {
            stream.phase = Http2Stream.Phase.ABANDONED;
        } else {
            streams.close(stream);
        }
        farewell.streamClosed();
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
            receiving = receiving == stream ? null : receiving;
        }
        stream.release();
        streams.close(stream);
        farewell.streamClosed();
    }

    // Requests

    @Override
    public void headers(int id, byte[] block, int from, int to, boolean last, int dependsOn) {
        Http2Stream known = live(id);
        HpackDecoder.Outcome outcome = requests.decode(decoder, block, from, to, known != null);
        if (outcome == HpackDecoder.Outcome.COMPRESSION_ERROR) {
            connectionError(ErrorCode.COMPRESSION_ERROR, "a header block that cannot be decoded");
        } else if (dependsOn == id) {
            // RFC 7540 section 5.3.1.
            use(id);
            streamError(id, ErrorCode.PROTOCOL_ERROR);
        } else if (known != null) {
            trailers(known, last);
        } else if (id > streams.last()) {
            open(id, last, outcome == HpackDecoder.Outcome.TOO_LARGE);
        } else if (!streams.wasResetByUs(id)) {
            connectionError(ErrorCode.STREAM_CLOSED, "HEADERS on a stream that is closed");
        }
    }

    private void use(int id) {
        if (id > streams.last()) {
            streams.used(id);
        }
    }

    private void trailers(Http2Stream stream, boolean last) {
        if (stream.inputEnded) {
            streamError(stream.id, ErrorCode.STREAM_CLOSED);
        } else if (!last || !requests.readTrailers()) {
            streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
        } else {
            inputEnds(stream);
        }
    }

    private void open(int id, boolean last, boolean tooLarge) {
        if ((id & 1) == 0) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "a client's stream has an odd number");
            return;
        }
        if (!farewell.takesStreams()) {
            return;
        }
        use(id);
        patience.requested();
        if (streams.isFull()) {
            streamError(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        int length = tooLarge ? -Status.REQUEST_HEADER_FIELDS_TOO_LARGE : requests.read();
        if (length == FieldSection.MALFORMED) {
            streamError(id, ErrorCode.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.open(id, initialWindow, loop.now());
        stream.inputEnded = last;
        if (length < 0) {
            answers.refuse(stream, -length, traces);
        } else {
            answers.begin(stream, traces);
            if (last && stream.announced > 0) {
                streamError(id, ErrorCode.PROTOCOL_ERROR);
            }
        }
        if (++opened == STREAMS_MAX) {
            farewell.begin();
        }
        output.watch();
    }

    @Override
    public void resolved(Http2Stream stream) {
        if (stream.phase == Http2Stream.Phase.ABANDONED) {
            stream.lookup.close();
            streams.close(stream);
            farewell.streamClosed();
        } else {
            answers.goOn(stream);
        }
        connection.resume();
    }

    // Bodies of requests

    @Override
    public void dataBegins(int id, int octets) {
        receiving = null;
        receivingLength = octets;
        receiveWindow -= octets;
        if (receiveWindow < 0) {
            connectionError(ErrorCode.FLOW_CONTROL_ERROR, "more data than the window takes");
            return;
        }
        giveBack(octets);
        Http2Stream stream = live(id);
        if (id > streams.last()) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "data on a stream that is idle");
        } else if (stream == null) {
            if (!streams.wasResetByUs(id)) {
                streamError(id, ErrorCode.STREAM_CLOSED);
            }
        } else if (stream.inputEnded) {
            streamError(id, ErrorCode.STREAM_CLOSED);
        } else {
            receiving = stream;
        }
    }

    /** Gives octets of the connection's window back, whatever becomes of their stream. */
    private void giveBack(int octets) {
        credit += octets;
        if (credit >= WINDOW / 2) {
            control.windowUpdate(0, credit);
            receiveWindow += credit;
            credit = 0;
        }
    }

    @Override
    public void data(int id, Block bytes, int from, int to) {
        if (receiving != null) {
            receiving.received += to - from;
        }
    }

    @Override
    public void dataEnds(int id, boolean last) {
        Http2Stream stream = receiving;
        receiving = null;
        if (receivingLength == 0 && !last && !charge() || stream == null) {
            return;
        }
        long announced = stream.announced;
        if (announced >= 0 && stream.received > announced) {
            streamError(id, ErrorCode.PROTOCOL_ERROR);
        } else if (last) {
            inputEnds(stream);
        } else if (stream.bodyDue && stream.received > BODY_SKIPPED_MAX / 2) {
            answers.bodyEnded(stream);
        }
    }

    private void inputEnds(Http2Stream stream) {
        stream.inputEnded = true;
        if (stream.announced >= 0 && stream.received != stream.announced) {
            // RFC 9113 section 8.1.1.
            streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
        } else if (stream.bodyDue) {
            answers.bodyEnded(stream);
        }
    }

    /** The body of a request has not come in time. */
    void late(Http2Stream stream) {
        answers.late(stream);
    }

    // Frames about streams and the connection

    @Override
    public void settings(MemorySegment bytes, int from, int to) {
        for (int at = from; at < to; at += SETTING) {
            if (!set(Frame.shortInteger(bytes, at), Frame.integer(bytes, at + 2))) {
                return;
            }
        }
        control.settingsAck();
    }

    private boolean set(int identifier, long value) {
        switch (identifier) {
            case ControlFrames.SETTINGS_ENABLE_PUSH -> {
                if (value > 1) {
                    connectionError(ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH is 0 or 1");
                    return false;
                }
            }
            case ControlFrames.SETTINGS_MAX_FRAME_SIZE -> {
                if (value < Frame.PAYLOAD_MAX || value > 0xFF_FFFF) {
                    connectionError(ErrorCode.PROTOCOL_ERROR, "no size of a frame");
                    return false;
                }
            }
            case ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE -> {
                return setInitialWindow(value);
            }
            default -> {}
        }
        return true;
    }

    private boolean setInitialWindow(long value) {
        long change = value - initialWindow;
        if (value > WINDOW_MAX || !output.widen(change, WINDOW_MAX)) {
            connectionError(ErrorCode.FLOW_CONTROL_ERROR, "a window above 2^31-1");
            return false;
        }
        if (change != 0 && !patience.takesWindowChange(loop.now())) {
            connectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many changes of the window");
            return false;
        }
        initialWindow = value;
        return true;
    }

    @Override
    public void settingsAcknowledged() {}

    @Override
    public void ping(MemorySegment bytes, int at) {
        control.pingAck(bytes, at);
    }

    @Override
    public void pingAnswered() {
        farewell.pingAnswered();
    }

    @Override
    public void goAway() {
        farewell.clientLeaves();
    }

    @Override
    public void windowUpdate(int id, int increment) {
        if (!charge()) {
            return;
        }
        Http2Stream stream = id == 0 ? null : live(id);
        if (id == 0 && increment == 0) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "a WINDOW_UPDATE by nothing");
        } else if (id == 0) {
            if (!output.widen(increment)) {
                connectionError(ErrorCode.FLOW_CONTROL_ERROR, "a window above 2^31-1");
            }
        } else if (id > streams.last()) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE on a stream that is idle");
        } else if (stream != null) {
            stream.window += increment;
            if (increment == 0) {
                streamError(id, ErrorCode.PROTOCOL_ERROR);
            } else if (stream.window > WINDOW_MAX) {
                streamError(id, ErrorCode.FLOW_CONTROL_ERROR);
            }
        }
    }

    @Override
    public void reset(int id) {
        Http2Stream stream = live(id);
        if (id > streams.last()) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on a stream that is idle");
        } else if (stream == null) {
            charge();
        } else {
            drop(stream);
            chargeReset();
        }
    }

    @Override
    public void priority(int id, int dependsOn) {
        if (dependsOn != id) {
            return;
        }
        if (id > streams.last()) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself");
        } else {
            streamError(id, ErrorCode.PROTOCOL_ERROR);
        }
    }

    @Override
    public void priorityUpdate(int id, MemorySegment bytes, int from, int to) {
        Http2Stream stream = streams.find(id);
        if (id == 0) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "a PRIORITY_UPDATE of no stream");
        } else if (stream != null) {
            stream.priority = Priority.parse(bytes, from, to);
        }
    }

    /** The connection has ended: nothing may be held any more. */
    void closed() {
        while (streams.count() > 0) {
            Http2Stream stream = streams.at(streams.count() - 1);
            stream.lookup.close();
            stream.release();
            streams.close(stream);
        }
        output.closed();
        if (traces != null) {
            traces.closed();
        }
    }
}
