package sluice.server.content;

import sluice.http.ContentCoding;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.server.root.FileStat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What all responses say about a version of a file, made once.
 *
 * @param type the value of Content-Type
 * @param coding Content-Encoding; empty if the content is not coded
 * @param tag the value of ETag, quotes included
 * @param lastModified seconds since 1970
 * @param validators ETag, Last-Modified and, if the content is negotiated, Vary
 * @param rules what the site's rules add
 * @param whole all fields of a plain 200
 */
public record Representation(
        byte[] type,
        Fields coding,
        byte[] tag,
        long lastModified,
        Fields validators,
        Fields rules,
        Fields whole) {
    /**
     * Makes the fields for a file.
     *
     * @param type of the content before coding
     * @param coding the coding of {@code stat}'s file
     * @param negotiated whether other clients may get the content in another coding
     * @param rules what the site's rules add
     * @param now seconds since 1970
     */
    static Representation of(
            FileStat stat,
            byte[] type,
            ContentCoding coding,
            boolean negotiated,
            Fields rules,
            long now) {
        byte[] tag = tag(stat);
        // RFC 9110 section 8.8.2.1: the message's date replaces a date in the future.
        long lastModified = Math.min(stat.mtimeSeconds(), now);
        Fields dated = Fields.of(Field.ETAG, tag).withDate(Field.LAST_MODIFIED, lastModified);
        Fields validators =
                negotiated ? dated.with(Field.VARY, Field.ACCEPT_ENCODING.toString()) : dated;
        Fields coded = coding == ContentCoding.IDENTITY
                ? Fields.NONE
                : Fields.of(Field.CONTENT_ENCODING, coding.token());
        Fields whole = Fields.of(Field.CONTENT_TYPE, type)
                .and(coded)
                .with(Field.CONTENT_LENGTH, stat.size())
                .and(validators)
                .with(Field.ACCEPT_RANGES, "bytes")
                .and(rules);
        return new Representation(type, coded, tag, lastModified, validators, rules, whole);
    }

    /**
     * A strong validator made of all that the file system changes with the content. It includes
     * ctime and inode because builds that fix mtime give two versions one mtime, often one size.
     */
    public static byte[] tag(FileStat stat) {
        long mix = stat.mtimeSeconds() * 1_000_000_000 + stat.mtimeNanos();
        mix = spread(mix) ^ (stat.ctimeSeconds() * 1_000_000_000 + stat.ctimeNanos());
        mix = spread(mix) ^ stat.inode();
        String hex = HexFormat.of().toHexDigits(spread(mix));
        return ("\"" + Long.toHexString(stat.size()) + "-" + hex + "\"")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The finalizer of SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number
     * Generators", variant 13): every bit of the input reaches every bit of the result.
     */
    private static long spread(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
