package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * Finds the octets and the end of a request's body, by Content-Length or chunks. One per
 * connection; it stays valid after the head is overwritten. Used like {@link ChunkedDecoder}; to
 * discard the body, {@link #skip} is enough.
 */
public final class RequestBody {
    private final ChunkedDecoder decoder = new ChunkedDecoder();
    private boolean chunked;
    private long remaining;

    /** A completed body. */
    public RequestBody() {}

    /** Starts at the first octet after this head. */
    public void begin(RequestHead head) {
        chunked = head.chunked();
        remaining = Math.max(0, head.contentLength());
        decoder.reset();
    }

    /** It ends here, as something else than its octets says. */
    public void end() {
        chunked = false;
        remaining = 0;
    }

    /** Starts a body without any framing of its own, as of HTTP/2: it ends with {@link #end}. */
    public void beginUnframed(long length) {
        chunked = false;
        remaining = length;
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

    /** Discards octets of the body. Returns the octets consumed, or a negative status. */
    public int skip(MemorySegment bytes, int from, int to) {
        if (chunked) {
            return decoder.skip(bytes, from, to);
        }
        int octets = (int) Math.min(remaining, to - from);
        remaining -= octets;
        return octets;
    }
}
