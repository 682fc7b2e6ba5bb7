package sluice.server.http2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.HpackEncoder;
import sluice.http.HttpDate;
import sluice.http.Status;
import sluice.io.SendQueue;
import sluice.server.response.Body;
import sluice.server.response.HttpClock;
import sluice.server.response.InformationalResponse;
import sluice.server.response.PathLine;
import sluice.server.response.Response;
import sluice.server.response.TimingLine;
import sluice.server.trace.StreamTraces;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Turns responses into frames; no other class does. It adds what belongs to one message: status,
 * Date, and Sluice-Path with Server-Timing if the site wants them. All connections of a loop share
 * one writer, on the loop thread only.
 */
final class Http2Writer {
    private static final byte[] NOTHING = {};
    /** Least octets of a frame that does not end a body: smaller ones wait for an empty block. */
    private static final int PAYLOAD_MIN = 2_048;
    /** Octets of a record of TLS, RFC 8446 section 5.1. */
    private static final int RECORD = 16_384;

    private final HttpClock clock;
    private final PathLine pathLine;
    /** Fields that every final response has. */
    private final byte[] constant;

    private final byte[] date = new byte[HttpDate.LENGTH];
    /** The field of {@link #date}. */
    private final byte[] dateField;

    private int dateLength;
    private long dated = Long.MIN_VALUE;

    // The parts of the block that is being written
    private MemorySegment target = MemorySegment.NULL;
    private int at;
    private int frameLeft;
    private int blockLeft;
    private int blockStream;

    Http2Writer(HttpClock clock, PathLine pathLine, Fields constant) {
        this.clock = clock;
        this.pathLine = pathLine;
        this.constant = constant.coded();
        dateField = new byte[HpackEncoder.lengthMax(Field.DATE, HttpDate.LENGTH)];
    }

    /**
     * Writes the head of the stream's response, which ends the stream if there is no content.
     *
     * @param first whether it is the first head of the connection
     * @return false if the queue has no room
     */
    boolean writeHead(
            Http2Stream stream, SendQueue queue, boolean first, @Nullable StreamTraces traces) {
        Response response = Objects.requireNonNull(stream.response, "answered");
        setDate();
        byte[] fields = response.fields().coded();
        byte[] explained = stream.explains ? explanation(stream, response.body()) : NOTHING;
        byte[] status = HpackEncoder.status(response.status());
        boolean hasBody = !stream.headOnly
                && Status.hasContent(response.status())
                && response.body().length() > 0;
        int length = (first ? 1 : 0)
                + status.length
                + dateLength
                + constant.length
                + fields.length
                + explained.length;
        if (!begin(queue, length, stream.id, hasBody ? 0 : Frame.END_STREAM)) {
            return false;
        }
        if (first) {
            put(new byte[] {HpackEncoder.NO_TABLE}, 1);
        }
        put(status, status.length);
        put(dateField, dateLength);
        put(constant, constant.length);
        put(fields, fields.length);
        put(explained, explained.length);
        end(stream, queue, traces);
        stream.body.begin(hasBody ? response.body() : Body.NONE);
        if (stream.trace != null) {
            stream.trace.planned(response.status(), pathLine.way(response.body()));
        }
        return true;
    }

    /** Writes a 1xx response; false if the queue has no room. */
    boolean writeInformational(
            Http2Stream stream,
            InformationalResponse response,
            SendQueue queue,
            boolean first,
            @Nullable StreamTraces traces) {
        byte[] fields = response.fields().coded();
        byte[] status = HpackEncoder.status(response.status());
        if (!begin(queue, (first ? 1 : 0) + status.length + fields.length, stream.id, 0)) {
            return false;
        }
        if (first) {
            put(new byte[] {HpackEncoder.NO_TABLE}, 1);
        }
        put(status, status.length);
        put(fields, fields.length);
        end(stream, queue, traces);
        return true;
    }

    /** Begins a block; one of more than a frame goes on in CONTINUATIONs. */
    private boolean begin(SendQueue queue, int length, int stream, int flags) {
        int frames = 1 + Math.max(0, length - 1) / Frame.PAYLOAD_MAX;
        if (queue.room() < length + frames * Frame.HEAD || !queue.takesRegion()) {
            return false;
        }
        target = queue.block().segment();
        at = queue.position();
        blockLeft = length;
        blockStream = stream;
        beginFrame(Frame.HEADERS, flags);
        return true;
    }

    private void beginFrame(int type, int flags) {
        frameLeft = Math.min(blockLeft, Frame.PAYLOAD_MAX);
        int more = frameLeft == blockLeft ? Frame.END_HEADERS : 0;
        Frame.write(target, at, frameLeft, type, flags | more, blockStream);
        at += Frame.HEAD;
        blockLeft -= frameLeft;
    }

    private void put(byte[] octets, int length) {
        int from = 0;
        while (from < length) {
            if (frameLeft == 0) {
                beginFrame(Frame.CONTINUATION, 0);
            }
            int part = Math.min(length - from, frameLeft);
            MemorySegment.copy(octets, from, target, JAVA_BYTE, at, part);
            at += part;
            from += part;
            frameLeft -= part;
        }
    }

    private void end(Http2Stream stream, SendQueue queue, @Nullable StreamTraces traces) {
        int written = at - queue.position();
        queue.wrote(written);
        target = MemorySegment.NULL;
        if (traces != null && stream.trace != null) {
            traces.queued(queue, stream.trace, written, false);
        }
    }

    /**
     * Writes a frame with the next octets of the body.
     *
     * @param most octets that the windows let pass
     * @return the octets, or -1 if the queue has no room
     */
    long writeData(Http2Stream stream, SendQueue queue, long most, @Nullable StreamTraces traces) {
        StreamBody body = stream.body;
        long wanted = Math.min(Math.min(most, body.left()), payloadMax(queue, body.left()));
        int needed = Frame.HEAD + (int) Math.min(wanted, PAYLOAD_MIN);
        if (queue.room() < needed || !queue.takesRegion()) {
            return -1;
        }
        MemorySegment block = queue.block().segment();
        int head = queue.position();
        Frame.write(block, head, 0, Frame.DATA, 0, stream.id);
        queue.wrote(Frame.HEAD);
        queued(stream, queue, traces, Frame.HEAD, false);
        queue.ownedBy(stream);
        long octets = body.produce(queue, wanted);
        queue.ownedBy(null);
        queued(stream, queue, traces, octets, true);
        boolean ends = body.left() == 0 && body.inMemory();
        Frame.write(block, head, (int) octets, Frame.DATA, ends ? Frame.END_STREAM : 0, stream.id);
        return octets;
    }

    /**
     * The frames of a long body end where records of TLS do, if those are of the queue's octets
     * from the first on: then a frame is a record.
     */
    private static int payloadMax(SendQueue queue, long left) {
        int rest = RECORD - (int) (queue.added() % RECORD) - Frame.HEAD;
        return left <= Frame.PAYLOAD_MAX || rest < PAYLOAD_MIN ? Frame.PAYLOAD_MAX : rest;
    }

    /** Ends a stream of which all octets have left; false if the queue has no room. */
    boolean writeEnd(Http2Stream stream, SendQueue queue, @Nullable StreamTraces traces) {
        if (queue.room() < Frame.HEAD) {
            return false;
        }
        MemorySegment block = queue.block().segment();
        Frame.write(block, queue.position(), 0, Frame.DATA, Frame.END_STREAM, stream.id);
        queue.wrote(Frame.HEAD);
        queued(stream, queue, traces, Frame.HEAD, false);
        return true;
    }

    private static void queued(
            Http2Stream stream,
            SendQueue queue,
            @Nullable StreamTraces traces,
            long octets,
            boolean ofBody) {
        if (traces != null && stream.trace != null) {
            traces.queued(queue, stream.trace, octets, ofBody);
        }
    }

    private byte[] explanation(Http2Stream stream, Body body) {
        String timing = TimingLine.value(stream.timing, pathLine.way(body));
        Fields explained =
                Fields.NONE.with("Sluice-Path", pathLine.value(body)).with("Server-Timing", timing);
        String status = pathLine.cacheStatus(body);
        return (status == null ? explained : explained.with("Cache-Status", status)).coded();
    }

    private void setDate() {
        long now = clock.seconds();
        if (now != dated) {
            dated = now;
            HttpDate.format(now, date, 0);
            dateLength = HpackEncoder.field(Field.DATE, date, 0, date.length, dateField, 0);
        }
    }
}
