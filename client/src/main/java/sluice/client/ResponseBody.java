package sluice.client;

import sluice.http.BodyLength;
import sluice.http.ChunkedDecoder;
import sluice.io.Connection;
import sluice.io.Outcome;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Finds the octets of a body among what arrives, and its end. */
final class ResponseBody {
    /** A body in one piece must be as long, or a pipe costs more than it saves. */
    private static final long MOVE_MIN = 256 << 10;

    private final BodyLength kind;
    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private final Sink sink;
    private final boolean worthMoving;
    private long remaining;

    ResponseBody(Response response, Sink sink) {
        this.sink = sink;
        kind = response.body();
        remaining = endsByClosing() ? Long.MAX_VALUE : response.length();
        worthMoving = kind != BodyLength.CHUNKED && remaining >= MOVE_MIN;
    }

    /** Whether the end has come; that of {@link BodyLength#UNTIL_CLOSE} is not seen here. */
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

    /** Whether the rest is to stay in the socket until the sink takes it from there. */
    boolean moves() {
        return worthMoving && sink.moves();
    }

    /** Moves what is in the socket: octets, 0, or a negative {@link Outcome}. */
    long move(Connection connection) throws IOException {
        long moved = sink.move(connection, remaining);
        remaining -= Math.max(0, moved);
        return moved;
    }

    /** Takes what arrived, up to the body's end: octets of data among it. */
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
                throw new IOException("the server's chunks make no sense");
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
