package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.http.FieldSection;
import sluice.http.HpackDecoder;
import sluice.http.Priority;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.server.limits.Client;
import sluice.server.response.Response;
import sluice.server.trace.StreamTraces;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** What the frames of a client mean for its streams and windows. Loop thread only. */
final class Http2Connection implements FrameReader.Handler, Answers.Owner {
    /**
     * Streams of one connection; then the client is asked to open another one. A load generator
     * that cannot should not notice, and what goes wrong in a connection should not last for ever.
     */
    static final int STREAMS_MAX = 100_000;

    private static final long WINDOW_MAX = Integer.MAX_VALUE;
    private static final int SETTING = 6;

    private final Connection connection;
    private final EventLoop loop;
    private final RequestReader requests;
    private final HpackDecoder decoder;
    private final Answers answers;
    /** Who asks; null if nobody has to know. */
    private final @Nullable Client client;

    private final Patience patience;
    private final ControlFrames control = new ControlFrames();
    private final Streams streams = new Streams();
    private final Farewell farewell;
    private final Endings endings;
    private final BodyInput bodies;
    private final StreamOutput output;
    private final FrameReader reader = new FrameReader(this);
    /** Octets of bodies that the client takes on a new stream. */
    private long initialWindow = StreamOutput.WINDOW;

    private int opened;

    Http2Connection(Connection connection, Http2Service.Shared shared) {
        this.connection = connection;
        loop = connection.loop();
        requests = shared.reader();
        decoder = requests.newDecoder();
        answers = new Answers(shared.sites(), requests, this);
        client = shared.clients().on(connection);
        patience = new Patience(loop.now());
        farewell = new Farewell(control, streams, connection);
        endings = new Endings(loop, control, streams, patience, farewell);
        bodies = new BodyInput(control, streams, endings, answers);
        output = new StreamOutput(this, shared.writer(), control, streams, patience);
        control.settings(Streams.CONCURRENT_MAX, RequestReader.LIST_MAX, BodyInput.STREAM_WINDOW);
        control.windowUpdate(0, BodyInput.CONNECTION_WINDOW - StreamOutput.WINDOW);
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

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return connection.peer();
    }

    @Override
    public void resume() {
        connection.resume();
    }

    @Override
    public void tear(Http2Stream stream) {
        endings.reset(stream, ErrorCode.CANCEL);
        connection.resume();
    }

    Connection connection() {
        return connection;
    }

    Answers answers() {
        return answers;
    }

    Endings endings() {
        return endings;
    }

    BodyInput bodies() {
        return bodies;
    }

    @Nullable
    StreamTraces traces() {
        return endings.traces();
    }

    void tracedBy(StreamTraces found) {
        endings.tracedBy(found);
    }

    @Override
    public boolean isOver() {
        return farewell.isOver();
    }

    @Override
    public void connectionError(ErrorCode code, String words) {
        farewell.now(code, words);
    }

    @Override
    public boolean charge() {
        return endings.charge();
    }

    @Override
    public void streamError(int id, ErrorCode code) {
        endings.streamError(id, code);
    }

    // Requests

    @Override
    public void headers(int id, byte[] block, int from, int to, boolean last, int dependsOn) {
        Http2Stream known = endings.live(id);
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
            bodies.inputEnds(stream);
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
        if (++opened == STREAMS_MAX) {
            farewell.begin();
        }
        patience.requested();
        if (streams.isFull()) {
            streamError(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        int length = tooLarge ? -Status.REQUEST_HEADER_FIELDS_TOO_LARGE : requests.read(!last);
        if (length == FieldSection.MALFORMED) {
            streamError(id, ErrorCode.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.open(id, initialWindow, loop.now());
        stream.inputEnded = last;
        Response tooMany =
                client == null ? null : client.refusal(length < 0 ? null : requests.head());
        InetSocketAddress sender = client == null ? null : client.sender();
        if (length < 0) {
            Response refusal = tooMany == null ? Response.error(-length) : tooMany;
            answers.refuse(stream, refusal, traces());
        } else {
            answers.begin(stream, traces(), sender, tooMany);
            if (last && stream.announced > 0) {
                streamError(id, ErrorCode.PROTOCOL_ERROR);
            }
        }
        output.watch();
    }

    @Override
    public void resolved(Http2Stream stream) {
        if (stream.phase == Http2Stream.Phase.ABANDONED) {
            endings.collected(stream);
        } else {
            answers.goOn(stream);
        }
        connection.resume();
    }

    // Bodies of requests

    @Override
    public void dataBegins(int id, int octets) {
        bodies.begins(id, octets);
    }

    @Override
    public int data(int id, Block bytes, int from, int to) {
        return bodies.take(bytes, from, to);
    }

    @Override
    public void dataEnds(int id, boolean last) {
        bodies.ends(last);
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
        Http2Stream stream = id == 0 ? null : endings.live(id);
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
        Http2Stream stream = endings.live(id);
        if (id > streams.last()) {
            connectionError(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on a stream that is idle");
        } else if (stream == null) {
            charge();
        } else {
            endings.resetByClient(stream);
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
        StreamTraces traces = traces();
        if (traces != null) {
            traces.closed();
        }
    }
}
