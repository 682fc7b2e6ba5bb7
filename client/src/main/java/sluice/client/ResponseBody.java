package sluice.client;

import sluice.http.BodyLength;
import sluice.http.ChunkedDecoder;
import sluice.io.Connection;
import sluice.io.FileSink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Finds the octets of a body, and its end, in the received octets. */
final class ResponseBody {
    /** Shorter bodies are copied: a pipe would cost more than it saves. */
    private static final long MOVE_MIN = 256 << 10;

    private final BodyLength kind;
    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private final Sink sink;
    private final boolean worthMoving;
    private final long piece;
    private long remaining;

    /** With the most octets that the connection may move at a time. */
    ResponseBody(Response response, Sink sink, long piece) {
        this.sink = sink;
        this.piece = piece;
        kind = response.body();
        remaining = endsByClosing() ? Long.MAX_VALUE : response.length();
        worthMoving = kind != BodyLength.CHUNKED && remaining >= MOVE_MIN;
    }

    /** Whether the body is complete; always false for {@link BodyLength#UNTIL_CLOSE}. */
    boolean isDone() {
        return switch (kind) {
            case NONE -> true;
            case FIXED -> remaining == 0;
            case CHUNKED -> chunks.isDone();
            case UNTIL_CLOSE -> false;
        };
    }

    boolean endsByClosing() {
        return kind == BodyLength.UNTIL_CLOSE;
    }

    /** Has the connection move the rest to the sink's file, if both can do that. */
    void receiveInto(Connection connection) {
        FileSink file = sink.file();
        if (worthMoving && file != null && !isDone()) {
            connection.receiveInto(file, Math.min(Math.min(remaining, piece), sink.wanted()));
        }
    }

    /** Has the sink's file write what the connection has moved there: how many octets. */
    long writeCollected() throws IOException {
        long moved = sink.writeCollected();
        remaining -= moved;
        return moved;
    }

    /** Passes received octets to the sink, up to the end of the body; returns octets of data. */
    long take(MemorySegment bytes, int from, int to) throws IOException {
        if (kind == BodyLength.CHUNKED) {
            return takeChunks(bytes, from, to);
        }
        int most = (int) Math.min(remaining, to - from);
        sink.write(bytes, from, from + most);
        remaining -= most;
        return most;
    }

    private long takeChunks(MemorySegment bytes, int from, int to) throws IOException {
        long taken = 0;
        int at = from;
        while (at < to && !chunks.isDone()) {
            int framing = chunks.advance(bytes, at, to);
            if (framing < 0) {
                throw new IOException("the server sent a malformed chunked body");
            }
            at += framing;
            int data = (int) Math.min(chunks.dataRemaining(), to - at);
            if (data > 0) {
                sink.write(bytes, at, at + data);
                chunks.took(data);
                at += data;
                taken += data;
            }
        }
        return taken;
    }
}
