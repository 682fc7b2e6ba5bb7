package sluice.lab.load;

import sluice.http.BodyLength;
import sluice.http.ChunkedDecoder;
import sluice.io.Block;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * The body of one answer: finds its end, counts and sums its bytes. CRC-32C finds a wrong body and
 * costs little: processors have an instruction for it.
 */
final class Body {
    /** The octets are not what the transfer coding allows. */
    static final int MALFORMED = -1;

    private final CRC32C checksum = new CRC32C();
    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private BodyLength kind = BodyLength.NONE;
    private long remaining;
    private long length;

    void begin(BodyLength how, long contentLength) {
        kind = how;
        remaining = how == BodyLength.FIXED ? contentLength : Long.MAX_VALUE;
        length = 0;
        checksum.reset();
        if (how == BodyLength.CHUNKED) {
            chunks.reset();
        }
    }

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

    /** Octets of content so far. */
    long length() {
        return length;
    }

    long checksum() {
        return checksum.getValue();
    }

    /** Takes what belongs to the body; returns where that ends, or {@link #MALFORMED}. */
    int take(Block bytes, int from, int to) {
        if (kind == BodyLength.CHUNKED) {
            return takeChunks(bytes, from, to);
        }
        int end = from + (int) Math.min(remaining, to - from);
        sum(bytes, from, end);
        remaining -= end - from;
        return end;
    }

    private int takeChunks(Block bytes, int from, int to) {
        MemorySegment segment = bytes.segment();
        int at = from;
        while (at < to && !chunks.isDone()) {
            int framing = chunks.advance(segment, at, to);
            if (framing < 0) {
                return MALFORMED;
            }
            at += framing;
            int data = (int) Math.min(chunks.dataRemaining(), to - at);
            if (data > 0) {
                sum(bytes, at, at + data);
                chunks.took(data);
                at += data;
            }
        }
        return at;
    }

    private void sum(Block bytes, int from, int to) {
        if (to > from) {
            checksum.update(bytes.buffer(from, to));
            length += to - from;
        }
    }
}
