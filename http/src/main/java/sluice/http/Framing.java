package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * The fields that frame a message and its connection (RFC 9112 sections 6 and 9), read line by line
 * while a head is parsed. Ambiguous framing is refused.
 */
final class Framing {
    private static final int CONTENT_LENGTH = Field.CONTENT_LENGTH.ordinal();
    private static final int TRANSFER_ENCODING = Field.TRANSFER_ENCODING.ordinal();
    private static final int CONNECTION = Field.CONNECTION.ordinal();

    private static final byte[] CHUNKED = Octets.ascii("chunked");
    private static final byte[] CLOSE = Octets.ascii("close");
    private static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");

    long contentLength;
    boolean chunked;
    private boolean close;
    private boolean persist;

    void reset() {
        contentLength = -1;
        chunked = close = persist = false;
    }

    /** Whether the connection outlives this exchange, RFC 9112 section 9.3. */
    boolean keepAlive(int minorVersion) {
        return !close && (minorVersion > 0 || persist);
    }

    /** Takes the line parsed last, of the field with this ordinal. Returns 0 or a status. */
    int interpret(FieldLines fields, int field, int minorVersion) {
        int line = fields.count() - 1;
        MemorySegment bytes = fields.bytes();
        int from = fields.valueFrom(line);
        int to = fields.valueTo(line);
        if (field == CONNECTION) {
            connection(bytes, from, to);
            return 0;
        }
        if (field == CONTENT_LENGTH) {
            return contentLength(bytes, from, to);
        }
        return field == TRANSFER_ENCODING ? transferEncoding(bytes, from, to, minorVersion) : 0;
    }

    private void connection(MemorySegment bytes, int from, int to) {
        if (Octets.equalIgnoringCase(bytes, from, to, KEEP_ALIVE)) {
            persist = true; // browsers send this one value: no list to parse
            return;
        }
        int at = from;
        while (at < to) {
            int end = Lists.endOfElement(bytes, at, to);
            int first = Octets.skipSpace(bytes, at, end);
            int last = Octets.trimEnd(bytes, first, end);
            close |= Octets.equalIgnoringCase(bytes, first, last, CLOSE);
            persist |= Octets.equalIgnoringCase(bytes, first, last, KEEP_ALIVE);
            at = end + 1;
        }
    }

    private int contentLength(MemorySegment bytes, int from, int to) {
        boolean repeated = contentLength >= 0;
        contentLength = Octets.decimal(bytes, from, to);
        boolean valid = contentLength >= 0 && contentLength != Long.MAX_VALUE;
        return valid && !chunked && !repeated ? 0 : -Status.BAD_REQUEST;
    }

    /** Section 6.3: 400 for ambiguous framing, 501 for other codings before chunked. */
    private int transferEncoding(MemorySegment bytes, int from, int to, int minorVersion) {
        if (minorVersion == 0 || contentLength >= 0 || chunked) {
            return -Status.BAD_REQUEST;
        }
        if (Octets.equalIgnoringCase(bytes, from, to, CHUNKED)) {
            chunked = true;
            return 0;
        }
        return endInOneChunked(bytes, from, to) ? -Status.NOT_IMPLEMENTED : -Status.BAD_REQUEST;
    }

    /** True if the last coding, and only the last, is "chunked". */
    private static boolean endInOneChunked(MemorySegment bytes, int from, int to) {
        int at = from;
        while (true) {
            int end = Lists.endOfElement(bytes, at, to);
            int first = Octets.skipSpace(bytes, at, end);
            int last = Octets.trimEnd(bytes, first, end);
            int token = Octets.skip(bytes, first, last, Octets.TOKEN);
            boolean parameters = token < last && Octets.get(bytes, token) == ';';
            if (token == first || token < last && !parameters) {
                return false;
            }
            boolean chunked = Octets.equalIgnoringCase(bytes, first, token, CHUNKED);
            if (chunked || end == to) {
                return chunked && end == to && !parameters;
            }
            at = end + 1;
        }
    }
}
