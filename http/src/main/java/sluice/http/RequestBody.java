package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * Where the body of a request is and where it ends, by Content-Length or chunks. One per
 * connection; it lives on when the head is gone. Used like {@link ChunkedDecoder}, and with {@link
 * #skip} alone by whoever does not want the body.
 */
public final class RequestBody {
    private final ChunkedDecoder decoder = new ChunkedDecoder();
    private boolean chunked;
    private long remaining;

    /** A body that is done. */
    public RequestBody() {}

    /** Starts at the first octet after this head. */
    public void begin(RequestHead head) {
        chunked = head.chunked();
        remaining = Math.max(0, head.contentLength());
        decoder.reset();
    }

    public boolean isDone() {
        return chunked ? decoder.isDone() : remaining == 0;
    }

    /** See {@link ChunkedDecoder#dataRemaining}. */
    public long dataRemaining() {
        return chunked ? decoder.dataRemaining() : remaining;
    }

    /** See {@link ChunkedDecoder#took}. */
    public void took(long octets) {
        if (chunked) {
            decoder.took(octets);
        } else {
            remaining -= octets;
        }
    }

    /** See {@link ChunkedDecoder#advance}. */
    public int advance(MemorySegment bytes, int from, int to) {
        return chunked ? decoder.advance(bytes, from, to) : 0;
    }

    /** Drops what belongs to the body. Returns the octets consumed, or a negative status. */
    public int skip(MemorySegment bytes, int from, int to) {
        if (chunked) {
            return decoder.skip(bytes, from, to);
        }
        int octets = (int) Math.min(remaining, to - from);
        remaining -= octets;
        return octets;
    }
}
