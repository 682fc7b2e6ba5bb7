package sluice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.BodyLength;
import sluice.http.FieldLines;
import sluice.http.HttpDate;
import sluice.http.Method;
import sluice.http.ResponseHeadParser;
import sluice.http.Status;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The head of a response, copied into strings: it outlives the block it arrived in.
 *
 * @param fields values by lower-case name; values of the same name are joined by commas
 * @param length octets of the body if it is {@link BodyLength#FIXED}, else 0
 * @param size octets of the head itself
 */
record Response(int status, Map<String, String> fields, BodyLength body, long length, int size) {
    static final int GONE = 410;
    private static final int SEE_OTHER = 303;
    /** In place of one that did not come. */
    static final Response NONE = new Response(0, Map.of(), BodyLength.NONE, 0, 0);

    /** Copies the head that the parser parsed last, of so many octets. */
    static Response of(ResponseHeadParser head, Method request, int size) {
        Map<String, String> fields = new TreeMap<>();
        FieldLines lines = head.fields();
        for (int i = 0; i < lines.count(); i++) {
            String name = lines.name(i).toLowerCase(Locale.ROOT);
            fields.merge(name, lines.value(i), (first, more) -> first + ", " + more);
        }
        BodyLength body = head.bodyLength(request);
        long length = body == BodyLength.FIXED ? head.contentLength() : 0;
        return new Response(head.status(), fields, body, length, size);
    }

    /** The value of a field; empty if the response does not have it. */
    String field(String lowerCaseName) {
        return fields.getOrDefault(lowerCaseName, "");
    }

    /** The value of a numeric field, or -1. */
    long number(String lowerCaseName) {
        String value = field(lowerCaseName);
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : -1;
    }

    /** The value of a date field in seconds since 1970, or {@link HttpDate#INVALID}. */
    long date(String lowerCaseName, long nowSeconds) {
        MemorySegment value = MemorySegment.ofArray(field(lowerCaseName).getBytes(ISO_8859_1));
        return HttpDate.parse(value, 0, (int) value.byteSize(), nowSeconds);
    }

    /** The entity tag if it is strong, so that ranges can be combined; else empty. */
    String strongTag() {
        String tag = field("etag");
        return tag.matches("\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"") ? tag : "";
    }

    boolean isSuccess() {
        return status / 100 == 2;
    }

    boolean isRedirect() {
        return switch (status) {
            case Status.MOVED_PERMANENTLY,
                    Status.FOUND,
                    SEE_OTHER,
                    Status.TEMPORARY_REDIRECT,
                    Status.PERMANENT_REDIRECT -> fields.containsKey("location");
            default -> false;
        };
    }

    /** Whether the same request may succeed a little later. */
    boolean isTransient() {
        return switch (status) {
            case Status.REQUEST_TIMEOUT,
                    Status.TOO_MANY_REQUESTS,
                    Status.BAD_GATEWAY,
                    Status.SERVICE_UNAVAILABLE,
                    Status.GATEWAY_TIMEOUT -> true;
            default -> false;
        };
    }

    /** "404 Not Found". */
    String words() {
        return (status + " " + Status.reason(status)).strip();
    }
}
