package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * The head of one response, for clients, as offsets into the bytes it was parsed from. As strict as
 * {@link RequestHead}, whose limits hold here too, and used in the same way.
 */
public final class ResponseHeadParser {
    /** The result for bytes that are not a response, or a response with ambiguous framing. */
    public static final int MALFORMED = -Status.BAD_GATEWAY;

    private static final long HTTP_1 = Octets.word("HTTP/1.");
    private static final int VERSION_LENGTH = 8;
    /** "HTTP/1.1 200", without the space that should follow. */
    private static final int SHORTEST_LINE = 12;

    private final FieldLines fields = new FieldLines();
    private final Framing framing = new Framing();
    private MemorySegment bytes = MemorySegment.NULL;
    private int minorVersion;
    private int status;

    /** An object that holds no head yet. */
    public ResponseHeadParser() {}

    /**
     * Parses the head that starts at {@code from}.
     *
     * @return its length, {@link RequestHead#INCOMPLETE} or {@link #MALFORMED}
     */
    public int parse(MemorySegment bytes, int from, int to) {
        this.bytes = bytes;
        fields.reset(bytes);
        framing.reset();
        int limit = to - from > RequestHead.MAX_HEAD ? from + RequestHead.MAX_HEAD : to;
        int end = parseHead(from, limit);
        if (end < 0 || end == RequestHead.INCOMPLETE && limit - from == RequestHead.MAX_HEAD) {
            return MALFORMED;
        }
        return end > 0 ? end - from : end;
    }

    private int parseHead(int from, int limit) {
        int at = parseStatusLine(from, limit);
        while (at > 0 && at < limit && Octets.get(bytes, at) != Octets.CR) {
            at = fields.parseLine(at, limit);
            int field = fields.lastOrdinal();
            if (at > 0 && field >= 0) {
                int refusal = framing.interpret(fields, field, minorVersion);
                at = refusal < 0 ? refusal : at;
            }
        }
        return at <= 0 ? at : FieldLines.endOfLine(bytes, at, limit);
    }

    private int parseStatusLine(int from, int limit) {
        int known = Math.min(limit - from, SHORTEST_LINE);
        for (int place = 0; place < known; place++) {
            if (!fits(place, Octets.get(bytes, from + place))) {
                return MALFORMED;
            }
        }
        if (known < SHORTEST_LINE) {
            return RequestHead.INCOMPLETE;
        }
        minorVersion = Octets.get(bytes, from + VERSION_LENGTH - 1) - '0';
        status = (int) Octets.decimal(bytes, from + VERSION_LENGTH + 1, from + SHORTEST_LINE);
        int at = from + SHORTEST_LINE;
        if (at == limit) {
            return RequestHead.INCOMPLETE;
        }
        // Some servers leave out the space before an empty reason, against section 4.
        if (Octets.get(bytes, at) == ' ') {
            at = Octets.skipText(bytes, at, limit);
        }
        return FieldLines.endOfLine(bytes, at, limit);
    }

    private static boolean fits(int place, int octet) {
        return switch (place) {
            case 7 -> octet == '0' || octet == '1';
            case 8 -> octet == ' ';
            case 9 -> octet >= '1' && octet <= '5';
            case 10, 11 -> Octets.is(octet, Octets.DIGIT);
            default -> octet == (int) (HTTP_1 >>> 8 * place & 0xFF);
        };
    }

    public int status() {
        return status;
    }

    /** 0 or 1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** Whether the server will take another request here, if the body does not end by closing. */
    public boolean keepAlive() {
        return framing.keepAlive(minorVersion);
    }

    /** Content-Length, or -1. In an answer to HEAD and in a 304 it counts no octets that follow. */
    public long contentLength() {
        return framing.contentLength;
    }

    /** How the body ends, given the method of the request. Interim responses (1xx) have none. */
    public BodyLength bodyLength(Method request) {
        boolean none = status < Status.OK
                || status == Status.NO_CONTENT
                || status == Status.NOT_MODIFIED
                || request == Method.HEAD
                || request == Method.CONNECT && status < 300;
        if (none) {
            return BodyLength.NONE;
        }
        if (framing.chunked) {
            return BodyLength.CHUNKED;
        }
        return framing.contentLength >= 0 ? BodyLength.FIXED : BodyLength.UNTIL_CLOSE;
    }

    public FieldLines fields() {
        return fields;
    }
}
