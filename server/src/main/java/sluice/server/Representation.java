package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.http.ByteWriter;
import sluice.http.ContentCoding;
import sluice.http.Field;
import sluice.http.ResponseHead;
import sluice.http.Status;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What heads say of a file, rendered once: the head of a plain 200 needs no more than its date and
 * its last line set.
 *
 * @param type the value of Content-Type
 * @param codingLine a line of Content-Encoding; empty if it is not coded
 * @param tag the value of ETag, quotes included
 * @param lastModified seconds since 1970
 * @param head a whole head of 200, without its last empty line; the date is at {@link #DATE_AT}
 * @param validators lines of ETag, Last-Modified and, where it belongs, Vary
 */
record Representation(
        byte[] type,
        byte[] codingLine,
        byte[] tag,
        long lastModified,
        byte[] head,
        byte[] validators) {
    /** Where the date stands in {@link #head}: it is the first field. */
    static final int DATE_AT = "HTTP/1.1 200 OK\r\nDate: ".length();
    /** Far more than the fields of a file can take. */
    private static final int HEAD_MAX = 1_024;

    private static final byte[] NOTHING = {};

    /**
     * Renders what there is to say.
     *
     * @param type of the content before it was coded
     * @param coding how {@code stat}'s file is coded
     * @param negotiated whether other clients may get the content in another coding
     * @param now seconds since 1970
     * @param pathLine a line that tells the copy path, or null
     */
    static Representation of(
            FileStat stat,
            byte[] type,
            ContentCoding coding,
            boolean negotiated,
            long now,
            byte @Nullable [] pathLine) {
        byte[] tag = tag(stat);
        // RFC 9110 section 8.8.2.1: a date in the future is replaced by that of the message.
        long lastModified = Math.min(stat.mtimeSeconds(), now);
        byte[] validators = render(head -> {
            head.field(Field.ETAG, tag).date(Field.LAST_MODIFIED, lastModified);
            if (negotiated) {
                head.field(Field.VARY, Field.ACCEPT_ENCODING.toString());
            }
        });
        byte[] codingLine = coding == ContentCoding.IDENTITY
                ? NOTHING
                : render(head -> head.field(Field.CONTENT_ENCODING, coding.token()));
        byte[] head = render(writer -> {
            writer.begin(Status.OK)
                    .date(Field.DATE, 0)
                    .field(Field.CONTENT_TYPE, type)
                    .lines(codingLine)
                    .field(Field.CONTENT_LENGTH, stat.size())
                    .lines(validators)
                    .field(Field.ACCEPT_RANGES, "bytes");
            if (pathLine != null) {
                writer.lines(pathLine);
            }
        });
        return new Representation(type, codingLine, tag, lastModified, head, validators);
    }

    @FunctionalInterface
    interface Rendering {
        void to(ResponseHead head);
    }

    /** Field lines as octets. */
    static byte[] render(Rendering rendering) {
        byte[] buffer = new byte[HEAD_MAX];
        ByteWriter writer = new ByteWriter().over(MemorySegment.ofArray(buffer), 0, HEAD_MAX);
        rendering.to(new ResponseHead(writer));
        if (writer.overflowed()) {
            throw new IllegalStateException("a head of more than " + HEAD_MAX + " bytes");
        }
        return Arrays.copyOf(buffer, (int) writer.position());
    }

    /**
     * A strong validator: everything the file system changes when content changes. ctime and inode
     * are in it because builds that fix mtime give two versions one mtime, and often one size.
     */
    static byte[] tag(FileStat stat) {
        long mix = stat.mtimeSeconds() * 1_000_000_000 + stat.mtimeNanos();
        mix = spread(mix) ^ (stat.ctimeSeconds() * 1_000_000_000 + stat.ctimeNanos());
        mix = spread(mix) ^ stat.inode();
        String hex = HexFormat.of().toHexDigits(spread(mix));
        return ("\"" + Long.toHexString(stat.size()) + "-" + hex + "\"")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** The finalizer of SplitMix64: every bit of the input reaches every bit of the result. */
    private static long spread(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
