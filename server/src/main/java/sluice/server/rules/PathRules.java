package sluice.server.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.RequestTarget;
import sluice.server.Rules;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Redirects and rewrites. Immutable; any thread. */
public final class PathRules {
    private final List<Rules.Redirect> redirects;
    private final List<Rules.Rewrite> rewrites;

    private PathRules(List<Rules.Redirect> redirects, List<Rules.Rewrite> rewrites) {
        this.redirects = redirects;
        this.rewrites = rewrites;
    }

    /** Those of a site; null if it has none. */
    public static @Nullable PathRules of(Rules rules) {
        return rules.redirects().isEmpty() && rules.rewrites().isEmpty()
                ? null
                : new PathRules(rules.redirects(), rules.rewrites());
    }

    /** Where the client is to go; null if it is right here. */
    public @Nullable Response redirect(Request request, RequestTarget target) {
        byte[] path = target.bytes();
        for (Rules.Redirect redirect : redirects) {
            if (redirect.from().matches(path, 1, target.length())) {
                byte[] wildcard = redirect.from().wildcard(path, 1, target.length());
                String location = location(redirect.to(), wildcard) + query(request, redirect.to());
                return Response.of(redirect.status(), Fields.of(Field.LOCATION, location));
            }
        }
        return null;
    }

    /** The path to look up instead, encoded; null for this one. */
    public byte @Nullable [] rewrite(RequestTarget target) {
        byte[] path = target.bytes();
        for (Rules.Rewrite rewrite : rewrites) {
            if (rewrite.from().matches(path, 1, target.length())) {
                byte[] wildcard = rewrite.from().wildcard(path, 1, target.length());
                return location(rewrite.to(), wildcard).getBytes(ISO_8859_1);
            }
        }
        return null;
    }

    /** Two slashes at the start would name a host, which the client could choose. */
    private static String location(String to, byte[] wildcard) {
        int star = to.indexOf('*');
        String all =
                star < 0 ? to : to.substring(0, star) + encoded(wildcard) + to.substring(star + 1);
        return all.startsWith("/") ? all.replaceFirst("^/+", "/") : all;
    }

    private static String encoded(byte[] path) {
        return RequestTarget.encode(path).replace("%2F", "/");
    }

    private static String query(Request request, String to) {
        if (!request.hasQuery() || to.contains("?")) {
            return "";
        }
        byte[] query = request.bytes()
                .asSlice(request.queryFrom(), request.queryTo() - request.queryFrom())
                .toArray(ValueLayout.JAVA_BYTE);
        return "?" + new String(query, ISO_8859_1);
    }

    /** Decodes what {@link #rewrite} says: as if a client had sent it. */
    public static int decode(byte[] path, RequestTarget target) {
        return target.decode(MemorySegment.ofArray(path), 0, path.length);
    }
}
