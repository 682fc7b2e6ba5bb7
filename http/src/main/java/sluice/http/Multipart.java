package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;

/**
 * What an answer to a request for ranges says of them, RFC 9110 sections 14.4 and 14.6: the fields,
 * and the octets between the ranges of a multipart/byteranges body. Before each range stands {@link
 * #partHead}, after the last one {@link #end}; the file has the rest.
 *
 * <p>The caller draws the boundary at random after the file was written, so a file contains it only
 * by chance. The Content-Range of every part gives its length, too.
 */
public final class Multipart {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String DASHES = "--";
    private static final String CR_LF = "\r\n";
    private static final String BYTES = "bytes ";
    private static final int BOUNDARY_LENGTH = 16;

    private Multipart() {}

    /** The value of Content-Type of the whole response. */
    public static String contentType(long boundary) {
        return "multipart/byteranges; boundary=" + HEX.toHexDigits(boundary);
    }

    /** The value of Content-Range: {@code bytes 0-499/1234}. */
    public static String contentRange(long start, long end, long size) {
        return BYTES + start + "-" + (end - 1) + "/" + size;
    }

    /** The value of Content-Range of a 416: {@code bytes *}{@code /1234}. */
    public static String unsatisfiedRange(long size) {
        return BYTES + "*/" + size;
    }

    /**
     * What precedes the octets of range {@code index}. Also before the first one it begins with CR
     * LF: that is a preamble (RFC 2046 section 5.1.1), as the servers that most clients know send
     * it. zsync 0.6 drops the first line unread, and without the CR LF asks again for ever.
     *
     * @param contentType of the file; empty if not known
     */
    public static byte[] partHead(
            ByteRanges ranges, int index, long size, byte[] contentType, long boundary) {
        StringBuilder head = new StringBuilder(CR_LF);
        head.append(DASHES).append(HEX.toHexDigits(boundary)).append(CR_LF);
        if (contentType.length > 0) {
            String type = new String(contentType, ISO_8859_1);
            head.append(Field.CONTENT_TYPE).append(": ").append(type).append(CR_LF);
        }
        return head.append(Field.CONTENT_RANGE)
                .append(": ")
                .append(contentRange(ranges.start(index), ranges.end(index), size))
                .append(CR_LF + CR_LF)
                .toString()
                .getBytes(ISO_8859_1);
    }

    /** What follows the last range. */
    public static byte[] end(long boundary) {
        String line = CR_LF + DASHES + HEX.toHexDigits(boundary) + DASHES + CR_LF;
        return line.getBytes(ISO_8859_1);
    }

    /** Content-Length of the whole body. */
    public static long length(ByteRanges ranges, long size, byte[] contentType) {
        int delimiter = DASHES.length() + BOUNDARY_LENGTH + 2;
        int type = contentType.length == 0
                ? 0
                : Field.CONTENT_TYPE.prefix.length + contentType.length + 2;
        int fixed = delimiter + type + Field.CONTENT_RANGE.prefix.length + BYTES.length() + 2 + 4;
        long length = 2L + delimiter + DASHES.length();
        for (int i = 0; i < ranges.count(); i++) {
            int numbers = digits(ranges.start(i)) + digits(ranges.end(i) - 1) + digits(size);
            length += fixed + numbers + ranges.length(i) + 2;
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
