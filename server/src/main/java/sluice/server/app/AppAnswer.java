package sluice.server.app;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.FieldLines;
import sluice.http.Fields;
import sluice.http.Status;
import sluice.server.response.Response;

import java.util.Locale;
import java.util.Set;

/**
 * What an application has answered.
 *
 * @param response to pass on; if a file is named, its fields alone count
 * @param file the path of the file to send instead, as in a URL; null for none
 */
public record AppAnswer(Response response, @Nullable String file) {
    /** The field that names a file. */
    public static final String SEND = "X-Sluice-Send";

    /** Fields of one connection, and those that the writer adds. */
    private static final Set<String> KEPT_BACK = Set.of(
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-connection",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-sluice-send");

    /** Of a file the server knows them, and the application does not. */
    private static final Set<String> OF_FILE =
            Set.of("accept-ranges", "content-encoding", "content-range", "etag", "last-modified");

    static AppAnswer of(Response response) {
        return new AppAnswer(response, null);
    }

    /** The answer of an application that gave none. */
    static AppAnswer failed(int status, String words) {
        Fields wait = status == Status.SERVICE_UNAVAILABLE
                ? Fields.of(Field.RETRY_AFTER, "1")
                : Fields.NONE;
        return of(Response.error(status, wait, words));
    }

    /**
     * The fields to pass on.
     *
     * @param ofFile whether they go with a file that the server sends
     * @throws IllegalArgumentException if they are too long
     */
    static Fields fields(FieldLines lines, boolean ofFile) {
        Fields fields = Fields.NONE;
        for (int i = 0; i < lines.count(); i++) {
            String name = lines.name(i);
            String lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT_BACK.contains(lower) && !(ofFile && OF_FILE.contains(lower))) {
                fields = fields.with(name, lines.value(i));
            }
        }
        return fields;
    }

    /** The value of {@link #SEND}, or null. */
    static @Nullable String file(FieldLines lines) {
        for (int i = 0; i < lines.count(); i++) {
            if (lines.name(i).equalsIgnoreCase(SEND)) {
                return lines.value(i);
            }
        }
        return null;
    }
}
