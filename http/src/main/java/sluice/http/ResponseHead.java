package sluice.http;

/**
 * Writes the head of a response: {@link #begin}, fields, {@link #end}. Reusable; nothing is
 * allocated. What does not fit is remembered by the writer, see {@link ByteWriter#overflowed}.
 *
 * <p>Values of octets go out as they are and must hold neither CR nor LF.
 */
public final class ResponseHead {
    private final ByteWriter out;

    /** Heads that go where the writer is. */
    public ResponseHead(ByteWriter out) {
        this.out = out;
    }

    public ByteWriter writer() {
        return out;
    }

    /** The status line. */
    public ResponseHead begin(int status) {
        out.put(Status.line(status));
        return this;
    }

    public ResponseHead field(Field field, byte[] value) {
        out.put(field.prefix).put(value).crlf();
        return this;
    }

    /** A value of ASCII without CR and LF. */
    public ResponseHead field(Field field, CharSequence value) {
        out.put(field.prefix).ascii(value).crlf();
        return this;
    }

    /** A number from 0. */
    public ResponseHead field(Field field, long value) {
        out.put(field.prefix).decimal(value).crlf();
        return this;
    }

    /** A date in seconds since 1970. */
    public ResponseHead date(Field field, long epochSeconds) {
        out.put(field.prefix).date(epochSeconds).crlf();
        return this;
    }

    /** {@code Content-Range: bytes start-(end-1)/size} */
    public ResponseHead contentRange(long start, long end, long size) {
        Multipart.writeContentRange(out.put(Field.CONTENT_RANGE.prefix), start, end, size);
        out.crlf();
        return this;
    }

    /** The Content-Range of a 416, with the size alone. */
    public ResponseHead unsatisfiedRange(long size) {
        Multipart.writeUnsatisfiedRange(out.put(Field.CONTENT_RANGE.prefix), size);
        out.crlf();
        return this;
    }

    /** {@code Content-Type: multipart/byteranges} with its boundary. */
    public ResponseHead multipart(long boundary) {
        Multipart.writeContentType(out.put(Field.CONTENT_TYPE.prefix), boundary);
        out.crlf();
        return this;
    }

    /** The Location of a redirect to the directory's slash. */
    public ResponseHead locationWithSlash(RequestHead request) {
        RequestTarget.redirectToSlash(request, out.put(Field.LOCATION.prefix));
        out.crlf();
        return this;
    }

    /** Lines that were rendered before, each with CR LF. */
    public ResponseHead lines(byte[] rendered) {
        out.put(rendered);
        return this;
    }

    /** The empty line. */
    public void end() {
        out.crlf();
    }
}
