package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * The head of one request as offsets into the bytes it was parsed from (RFC 9112). Reusable: one
 * per event loop, for one request after another. It allocates nothing; the accessors are valid
 * until the bytes or this object are reused.
 *
 * <p>It refuses everything that two implementations could read differently: bare CR or LF,
 * obs-fold, white space around names, control characters, a missing or second Host, ambiguous
 * framing.
 */
public final class RequestHead implements Request {
    /** More bytes are needed. */
    public static final int INCOMPLETE = 0;
    /** Most octets of the request line with CR LF: RFC 9112 section 3 asks for at least 8000. */
    public static final int MAX_REQUEST_LINE = 8 * 1024;
    /** Most octets of the whole head: enough for a request line and the cookies of one site. */
    public static final int MAX_HEAD = 16 * 1024;
    /** Most octets of a method: longer than any in the IANA registry. */
    public static final int MAX_METHOD = 32;
    /**
     * Most empty lines before a request (RFC 9112 section 2.2): old clients send one after a body.
     */
    public static final int MAX_LEADING_EMPTY_LINES = 2;

    private static final long CONDITIONS = Field.IF_MATCH.bit()
            | Field.IF_NONE_MATCH.bit()
            | Field.IF_MODIFIED_SINCE.bit()
            | Field.IF_UNMODIFIED_SINCE.bit()
            | Field.IF_RANGE.bit();

    private static final long INTERPRETED = Field.HOST.bit()
            | Field.CONTENT_LENGTH.bit()
            | Field.TRANSFER_ENCODING.bit()
            | Field.CONNECTION.bit()
            | Field.EXPECT.bit();

    private static final int HOST = Field.HOST.ordinal();
    private static final int EXPECT = Field.EXPECT.ordinal();

    private static final byte[] CONTINUE = Octets.ascii("100-continue");

    private final RequestLine line = new RequestLine();
    private final FieldLines fields = new FieldLines();
    private final Framing framing = new Framing();
    private MemorySegment bytes = MemorySegment.NULL;
    private HeadPart unfinished = HeadPart.ANY;
    private boolean expectContinue;
    private boolean unknownExpectation;

    /** An object that holds no head yet. */
    public RequestHead() {}

    /**
     * Parses the head that starts at {@code from}. After {@link #INCOMPLETE} the caller parses the
     * head again from its start when more has arrived; {@link #unfinished} tells when to.
     *
     * @return the length of the head in octets, with the empty lines before it; {@link
     *     #INCOMPLETE}; or a negative HTTP status (400, 414, 431, 501, 505), after which the
     *     connection cannot be read any further
     */
    public int parse(MemorySegment bytes, int from, int to) {
        this.bytes = bytes;
        fields.reset(bytes);
        framing.reset();
        expectContinue = unknownExpectation = false;
        unfinished = HeadPart.ANY;
        int limit = to - from > MAX_HEAD ? from + MAX_HEAD : to;
        int end = parseHead(from, limit);
        if (end == INCOMPLETE && limit - from == MAX_HEAD) {
            return -Status.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        return end > 0 ? end - from : end;
    }

    /** Where the octets of the head parsed last ended, if it was {@link #INCOMPLETE}. */
    public HeadPart unfinished() {
        return unfinished;
    }

    private int parseHead(int from, int limit) {
        int at = from;
        for (int empty = 0; at < limit && Octets.get(bytes, at) == Octets.CR; empty++) {
            if (empty == MAX_LEADING_EMPTY_LINES) {
                return -Status.BAD_REQUEST;
            }
            at = FieldLines.endOfLine(bytes, at, limit);
            if (at <= 0) {
                return at;
            }
        }
        int lineLimit = Math.min(limit, at + MAX_REQUEST_LINE);
        int start = at;
        at = line.parse(bytes, start, lineLimit);
        if (at == INCOMPLETE && lineLimit - start == MAX_REQUEST_LINE) {
            return -Status.URI_TOO_LONG;
        }
        unfinished = line.unfinished;
        return at <= 0 ? at : parseFields(at, limit);
    }

    private int parseFields(int from, int limit) {
        int at = from;
        while (at < limit && Octets.get(bytes, at) != Octets.CR) {
            at = fields.parseLine(at, limit);
            if (at <= 0) {
                unfinished = fields.unfinished();
                return at;
            }
            int field = fields.lastOrdinal();
            if (field >= 0 && (1L << field & INTERPRETED) != 0) {
                int refusal = interpret(field, fields.count() - 1);
                if (refusal < 0) {
                    return refusal;
                }
            }
        }
        // One more line than there may be is refused by its first octet.
        boolean another = at == limit && fields.count() < FieldLines.MAX_FIELDS;
        unfinished = another ? HeadPart.LINE : HeadPart.ANY;
        int end = FieldLines.endOfLine(bytes, at, limit);
        return end > 0 && line.minorVersion > 0 && !fields.has(Field.HOST)
                ? -Status.BAD_REQUEST
                : end;
    }

    private int interpret(int field, int index) {
        int from = fields.valueFrom(index);
        int to = fields.valueTo(index);
        if (field == HOST) {
            return host(index, from, to);
        }
        if (field == EXPECT) {
            expect(from, to);
            return 0;
        }
        return framing.interpret(fields, field, line.minorVersion);
    }

    /** Host may be empty only if the target has no authority either, RFC 9112 section 3.2. */
    private int host(int index, int from, int to) {
        boolean valid = from == to ? line.authorityFrom < 0 : Authority.isValid(bytes, from, to);
        return valid && fields.find(Field.HOST) == index ? 0 : -Status.BAD_REQUEST;
    }

    /** Ignored in HTTP/1.0, RFC 9110 section 10.1.1. */
    private void expect(int from, int to) {
        if (line.minorVersion == 0 || from == to) {
            return;
        }
        boolean known = Octets.equalIgnoringCase(bytes, from, to, CONTINUE);
        expectContinue |= known;
        unknownExpectation |= !known;
    }

    @Override
    public MemorySegment bytes() {
        return bytes;
    }

    @Override
    public Method method() {
        return line.method;
    }

    @Override
    public int methodFrom() {
        return line.methodFrom;
    }

    @Override
    public int methodTo() {
        return line.methodTo;
    }

    /** 0 or 1. */
    public int minorVersion() {
        return line.minorVersion;
    }

    public TargetForm form() {
        return line.form;
    }

    @Override
    public int targetFrom() {
        return line.targetFrom;
    }

    @Override
    public int targetTo() {
        return line.targetTo;
    }

    @Override
    public int pathFrom() {
        return line.pathFrom;
    }

    @Override
    public int pathTo() {
        return line.pathTo;
    }

    @Override
    public boolean hasQuery() {
        return line.queryFrom >= 0;
    }

    @Override
    public int queryFrom() {
        return line.queryFrom;
    }

    @Override
    public int queryTo() {
        return line.queryTo;
    }

    /** The authority of the target, else the value of Host; -1 if there is neither (HTTP/1.0). */
    @Override
    public int hostFrom() {
        int host = line.authorityFrom < 0 ? find(Field.HOST) : -1;
        return host < 0 ? line.authorityFrom : fields.valueFrom(host);
    }

    @Override
    public int hostTo() {
        int host = line.authorityFrom < 0 ? find(Field.HOST) : -1;
        return host < 0 ? line.authorityTo : fields.valueTo(host);
    }

    /** Whether the connection outlives this exchange, RFC 9112 section 9.3. */
    public boolean keepAlive() {
        return framing.keepAlive(line.minorVersion);
    }

    /** Octets of the body, or -1 if no Content-Length was sent. */
    public long contentLength() {
        return framing.contentLength;
    }

    public boolean chunked() {
        return framing.chunked;
    }

    /** True if octets of a body follow the head. */
    public boolean hasBody() {
        return framing.chunked || framing.contentLength > 0;
    }

    public boolean expectContinue() {
        return expectContinue;
    }

    @Override
    public boolean unknownExpectation() {
        return unknownExpectation;
    }

    @Override
    public boolean hasConditions() {
        return (fields.present() & CONDITIONS) != 0;
    }

    public FieldLines fields() {
        return fields;
    }

    @Override
    public boolean has(Field field) {
        return fields.has(field);
    }

    @Override
    public int find(Field field) {
        return fields.find(field);
    }

    @Override
    public int next(int index) {
        return fields.next(index);
    }

    @Override
    public int valueFrom(int index) {
        return fields.valueFrom(index);
    }

    @Override
    public int valueTo(int index) {
        return fields.valueTo(index);
    }

    /** Allocates; see {@link FieldLines#value}. */
    public String value(int index) {
        return fields.value(index);
    }
}
