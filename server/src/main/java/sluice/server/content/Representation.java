package sluice.server.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.ContentCoding;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.server.ObjectHead;
import sluice.server.root.FileStat;

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
     * @param tag the value of ETag
     * @param negotiated whether other clients may get the content in another coding
     * @param rules what the site's rules add
     * @param now seconds since 1970
     */
    static Representation of(
            FileStat stat,
            byte[] tag,
            byte[] type,
            ContentCoding coding,
            boolean negotiated,
            Fields rules,
            long now) {
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
     * Makes the fields for an object of a store.
     *
     * @param named the type that its name tells, if the store tells none
     * @param rules what the site's rules add
     * @param now seconds since 1970
     */
    static Representation of(ObjectHead object, byte[] named, Fields rules, long now) {
        byte[] type = object.type() == null ? named : object.type().getBytes(ISO_8859_1);
        byte[] tag = object.tag().getBytes(ISO_8859_1);
        long lastModified = Math.min(object.modified(), now);
        Fields validators = Fields.of(Field.ETAG, tag).withDate(Field.LAST_MODIFIED, lastModified);
        Fields coded = object.coding() == null
                ? Fields.NONE
                : Fields.of(Field.CONTENT_ENCODING, object.coding());
        Fields added = object.cacheControl() == null
                ? rules
                : Fields.of(Field.CACHE_CONTROL, object.cacheControl()).and(rules);
        Fields whole = Fields.of(Field.CONTENT_TYPE, type)
                .and(coded)
                .with(Field.CONTENT_LENGTH, object.size())
                .and(validators)
                .with(Field.ACCEPT_RANGES, "bytes")
                .and(added);
        return new Representation(type, coded, tag, lastModified, validators, added, whole);
    }
}
