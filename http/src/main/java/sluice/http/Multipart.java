package sluice.http;

/**
 * The octets between the ranges of a multipart/byteranges body, RFC 9110 section 14.6. Before each
 * range stands {@link #writePartHead}, after the last one {@link #writeEnd}; the file has the rest.
 *
 * <p>The boundary is a random number of the caller's. It is drawn after the file was written, so a
 * file can hold it by chance only, and the length of every part is said in its Content-Range.
 */
public final class Multipart {
    private static final byte[] DASHES = Octets.ascii("--");
    private static final byte[] TYPE = Octets.ascii("multipart/byteranges; boundary=");
    private static final byte[] BYTES = Octets.ascii("bytes ");
    private static final int BOUNDARY_LENGTH = 16;

    private Multipart() {}

    /** Appends the value of Content-Type of the whole response. */
    public static void writeContentType(ByteWriter out, long boundary) {
        out.put(TYPE).hex(boundary);
    }

    /** Appends the value of Content-Range: {@code bytes 0-499/1234}. */
    public static void writeContentRange(ByteWriter out, long start, long end, long size) {
        out.put(BYTES).decimal(start).put((byte) '-').decimal(end - 1);
        out.put((byte) '/').decimal(size);
    }

    /** Appends the value of Content-Range of a 416: {@code bytes *}{@code /1234}. */
    public static void writeUnsatisfiedRange(ByteWriter out, long size) {
        out.put(BYTES).put((byte) '*').put((byte) '/').decimal(size);
    }

    /**
     * Appends what precedes the octets of range {@code index}.
     *
     * @param contentType of the file; empty if not known
     */
    public static void writePartHead(
            ByteWriter out,
            ByteRanges ranges,
            int index,
            long size,
            byte[] contentType,
            long boundary) {
        if (index > 0) {
            out.crlf();
        }
        out.put(DASHES).hex(boundary).crlf();
        if (contentType.length > 0) {
            out.put(Field.CONTENT_TYPE.prefix).put(contentType).crlf();
        }
        out.put(Field.CONTENT_RANGE.prefix);
        writeContentRange(out, ranges.start(index), ranges.end(index), size);
        out.crlf().crlf();
    }

    /** Appends what follows the last range. */
    public static void writeEnd(ByteWriter out, long boundary) {
        out.crlf().put(DASHES).hex(boundary).put(DASHES).crlf();
    }

    /** Content-Length of the whole body. */
    public static long length(ByteRanges ranges, long size, byte[] contentType) {
        int delimiter = DASHES.length + BOUNDARY_LENGTH + 2;
        int type = contentType.length == 0
                ? 0
                : Field.CONTENT_TYPE.prefix.length + contentType.length + 2;
        int fixed = delimiter + type + Field.CONTENT_RANGE.prefix.length + BYTES.length + 2 + 4;
        long length = 2L + delimiter + DASHES.length;
        for (int i = 0; i < ranges.count(); i++) {
            int numbers = digits(ranges.start(i)) + digits(ranges.end(i) - 1) + digits(size);
            length += fixed + numbers + ranges.length(i) + (i > 0 ? 2 : 0);
        }
        return length;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
