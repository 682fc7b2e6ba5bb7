package sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import sluice.http.Fields;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a {@link Handler} answers. The server adds Content-Length, Date and the fields of {@link
 * Rules#headers}.
 *
 * @param status 200 to 599
 * @param fields by name: {@code Map.of("Content-Type", "text/plain")}
 * @param body is not copied: nobody may write to it any more
 */
public record Answer(int status, Map<String, String> fields, byte[] body) {
    private static final int FIRST_STATUS = 200;
    private static final int LAST_STATUS = 599;
    private static final int OK = 200;
    /** The writer of a protocol decides about these. */
    private static final Set<String> OWN = Set.of(
            "connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade");

    /**
     * @throws IllegalArgumentException if a status or the name of a field is none, a value would
     *     end its line, or the server itself decides about the field
     */
    public Answer {
        if (status < FIRST_STATUS || status > LAST_STATUS) {
            throw new IllegalArgumentException("an answer has a status from " + FIRST_STATUS
                    + " to " + LAST_STATUS + ", not " + status);
        }
        fields = Map.copyOf(fields);
        Fields all = Fields.NONE;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (OWN.contains(field.getKey().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "the server itself decides about " + field.getKey());
            }
            all = all.with(field.getKey(), field.getValue());
        }
    }

    /** Text with status 200, as {@code text/plain} in UTF-8. */
    public static Answer text(String text) {
        return of("text/plain; charset=utf-8", text);
    }

    /** JSON with status 200. */
    public static Answer json(String json) {
        return of("application/json", json);
    }

    private static Answer of(String type, String content) {
        return new Answer(OK, Map.of("Content-Type", type), content.getBytes(UTF_8));
    }
}
