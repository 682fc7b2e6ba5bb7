package sluice.server.rules;

import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Method;
import sluice.http.Request;
import sluice.server.PathPattern;
import sluice.server.Rules;
import sluice.server.response.Response;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The fields that rules add to responses. Immutable; any thread. */
public final class FieldRules {
    /** Adds none. */
    public static final FieldRules NONE = new FieldRules(List.of());

    /** What a page of another origin may read of a response, beside what every page may. */
    private static final String EXPOSED = "Accept-Ranges, Content-Encoding, Content-Length,"
            + " Content-Range, ETag, Repr-Digest, Retry-After";

    /** What a page of another origin may send: what changes the response to a GET. */
    private static final String ACCEPTED = "Authorization, Cache-Control, If-Match,"
            + " If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range,"
            + " Want-Repr-Digest";

    /** Chromium keeps the answer to a preflight for no longer than two hours. */
    private static final long PREFLIGHT_SECONDS = 7_200;

    private final List<Rules.Header> headers;

    private FieldRules(List<Rules.Header> headers) {
        this.headers = headers;
    }

    /** Those of a site. */
    public static FieldRules of(Rules rules) {
        List<Rules.Header> all = new ArrayList<>();
        if (rules.cors() != null) {
            all.add(all("Access-Control-Allow-Origin", rules.cors()));
            all.add(all("Access-Control-Expose-Headers", EXPOSED));
        }
        all.addAll(rules.headers());
        return all.isEmpty() ? NONE : new FieldRules(all);
    }

    private static Rules.Header all(String name, String value) {
        return new Rules.Header(PathPattern.ALL, name, value);
    }

    /**
     * Whether a request is a preflight that is answered: browsers send one without credentials, and
     * nothing of a file is in the answer.
     */
    public static boolean isPreflight(Request request, Rules rules) {
        return rules.cors() != null
                && request.method() == Method.OPTIONS
                && request.has(Field.ORIGIN);
    }

    /**
     * What answers a preflight (the Fetch standard, "CORS-preflight fetch"), beside what every
     * response says.
     */
    public static Fields preflight() {
        return Fields.NONE
                .with("Access-Control-Allow-Methods", "GET, HEAD")
                .with("Access-Control-Allow-Headers", ACCEPTED)
                .with("Access-Control-Max-Age", Long.toString(PREFLIGHT_SECONDS));
    }

    public boolean isEmpty() {
        return headers.isEmpty();
    }

    /**
     * The fields of a file.
     *
     * @param path without its leading slash
     */
    public Fields ofFile(byte[] path) {
        return isEmpty() ? Fields.NONE : fields(path, path.length, true, Set.of());
    }

    /**
     * A response that is no file, with its fields; the same one if there are none.
     *
     * @param path of the request, in the first {@code length} octets, without its leading slash
     */
    public Response on(Response response, byte[] path, int length) {
        Set<String> known = new HashSet<>();
        response.fields()
                .forEach((octets, from, to, _, _) ->
                        known.add(small(new String(octets, from, to - from, US_ASCII))));
        Fields more = fields(path, length, false, known);
        return more.isEmpty() ? response : response.with(more);
    }

    private Fields fields(byte[] path, int length, boolean file, Set<String> known) {
        Map<String, Rules.Header> byName = new LinkedHashMap<>();
        for (Rules.Header header : headers) {
            String name = small(header.name());
            if ((file || !header.isFreshness())
                    && !known.contains(name)
                    && header.paths().matches(path, 0, length)) {
                byName.put(name, header);
            }
        }
        Fields fields = Fields.NONE;
        for (Rules.Header header : byName.values()) {
            if (!header.value().isEmpty()) {
                fields = fields.with(header.name(), header.value());
            }
        }
        return fields;
    }

    private static String small(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Tells caches that the response depends on Accept. */
    public static Response varyingByAccept(Response response) {
        return response.with(Fields.of(Field.VARY, Field.ACCEPT.toString()));
    }
}
