package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.http.Fields;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a site does beside sending the file that a path names. A rule that is not set costs nothing;
 * header fields of files are made once per version of a file.
 *
 * @param headers fields of responses; of two for one name the later counts
 * @param cors the origin whose pages may read the files: "*" for all, null for none but their own
 * @param redirects answered before anything is looked up; the first that matches counts
 * @param rewrites other paths to look up; the first that matches counts, and once
 * @param cleanUrls whether {@code /about} is answered with {@code about.html}
 * @param fallback the path of the page for names that do not exist, if the client wants HTML; null
 *     for none. It is for pages that route in the browser
 * @param errorPages the paths of pages by status, from 400 to 599
 * @param access who may use the site; null for all
 * @param applications programs that decide about the requests below a path
 * @param handlers functions that answer at some paths in place of files; the first that matches
 *     counts
 * @param permission asked about each request that {@code access} lets in; null to permit all
 */
public record Rules(
        List<Header> headers,
        @Nullable String cors,
        List<Redirect> redirects,
        List<Rewrite> rewrites,
        boolean cleanUrls,
        @Nullable String fallback,
        Map<Integer, String> errorPages,
        @Nullable Access access,
        List<AppRule> applications,
        List<Handler> handlers,
        @Nullable Permission permission) {
    /** None. */
    public static final Rules NONE = new Rules(
            List.of(), null, List.of(), List.of(), false, null, Map.of(), null, List.of(),
            List.of(), null);

    /** Browsers keep files for a year whose name holds a hash, and ask again for each page. */
    public static final List<Header> CACHE = List.of(
            new Header(PathPattern.of("*.html"), "Cache-Control", "no-cache"),
            new Header(PathPattern.HASHED, "Cache-Control", "max-age=31536000, immutable"));

    /** What browsers should not do with a site's pages unless it says so. */
    public static final List<Header> SECURITY = List.of(
            new Header(PathPattern.ALL, "X-Content-Type-Options", "nosniff"),
            new Header(PathPattern.ALL, "X-Frame-Options", "SAMEORIGIN"),
            new Header(PathPattern.ALL, "Referrer-Policy", "strict-origin-when-cross-origin"),
            new Header(PathPattern.ALL, "Cross-Origin-Opener-Policy", "same-origin"));

    /** Most octets of all fields together: what proxies take from a server by default. */
    private static final int HEADERS_MAX = 8 << 10;

    private static final int FIRST_ERROR = 400;
    private static final int LAST_ERROR = 599;

    /**
     * @throws IllegalArgumentException if a path does not begin with a slash, an origin is none, a
     *     page is for no error, or the fields are too long
     */
    public Rules {
        headers = List.copyOf(headers);
        int length = headers.stream()
                .mapToInt(header -> header.name().length() + header.value().length())
                .sum();
        if (length > HEADERS_MAX) {
            throw new IllegalArgumentException(
                    "fields of " + length + " octets, more than " + HEADERS_MAX);
        }
        redirects = List.copyOf(redirects);
        rewrites = List.copyOf(rewrites);
        errorPages = Map.copyOf(errorPages);
        applications = List.copyOf(applications);
        handlers = List.copyOf(handlers);
        if (fallback != null) {
            requirePath(fallback);
        }
        if (cors != null && !cors.equals("*") && !isOrigin(cors)) {
            throw new IllegalArgumentException(
                    "'" + cors + "' is not an origin; write * or e.g. https://app.example");
        }
        errorPages.forEach((status, page) -> {
            requirePath(page);
            if (status < FIRST_ERROR || status > LAST_ERROR) {
                throw new IllegalArgumentException("a page for an error is for a status from "
                        + FIRST_ERROR + " to " + LAST_ERROR + ", not " + status);
            }
        });
    }

    private static void requirePath(String path) {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException(
                    "'" + path + "' is not the path of a file; write e.g. /index.html");
        }
    }

    private static boolean isOrigin(String text) {
        return text.matches("https?://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?");
    }

    /**
     * One field of responses. A field that says how long a response is fresh ({@code
     * Cache-Control}, {@code Expires}) is sent with files only, and their path is compared; errors,
     * redirects and listings get the others, and the path of the request is compared. In a response
     * that has a field of this name already, that one stays.
     *
     * @param value empty to take back what an earlier rule says
     */
    public record Header(PathPattern paths, String name, String value) {
        private static final Set<String> OWN = Set.of(
                "accept-ranges",
                "connection",
                "content-encoding",
                "content-length",
                "content-range",
                "content-type",
                "date",
                "etag",
                "keep-alive",
                "last-modified",
                "transfer-encoding",
                "upgrade");
        private static final Set<String> FRESHNESS = Set.of("cache-control", "expires", "age");

        /**
         * @throws IllegalArgumentException if the name is no name of a field, or is one that the
         *     server itself decides about, or the value would end its line
         */
        public Header {
            Fields.NONE.with(name, value);
            if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the server itself decides about " + name
                        + (name.equalsIgnoreCase("Content-Type") ? "; use types for it" : ""));
            }
        }

        /** Whether it says how long a response is fresh. */
        public boolean isFreshness() {
            return FRESHNESS.contains(name.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Sends clients elsewhere. An asterisk in {@code to} stands for what the wildcard matched, and
     * the query of the request follows.
     *
     * @param to a path, or a URL with http or https
     * @param status 301, 302, 307 or 308
     */
    public record Redirect(PathPattern from, String to, int status) {
        /** The default: browsers keep a permanent one for good, even a wrong one. */
        public static final int STATUS = 302;

        private static final Set<Integer> STATUSES = Set.of(301, 302, 307, 308);

        /**
         * @throws IllegalArgumentException if it leads nowhere, or a client could choose the host
         *     that it leads to
         */
        public Redirect {
            requireTarget(from, to);
            if (!STATUSES.contains(status)) {
                throw new IllegalArgumentException(
                        "a redirect has status 301, 302, 307 or 308, not " + status);
            }
            int star = to.indexOf('*');
            if (!to.startsWith("/")) {
                requireHost(to, star);
            }
        }

        private static void requireHost(String to, int star) {
            URI uri = URI.create(star < 0 ? to : to.substring(0, star));
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean ended = star < 0 || uri.getRawPath().startsWith("/");
            if (!web || uri.getHost() == null || !ended) {
                throw new IllegalArgumentException("a redirect leads to a path or to"
                        + " https://host/path, and a wildcard to a part of the path: '" + to + "'");
            }
        }
    }

    /**
     * Looks up another path. An asterisk in {@code to} stands for what the wildcard matched.
     *
     * @param to a path
     */
    public record Rewrite(PathPattern from, String to) {
        /**
         * @throws IllegalArgumentException if {@code to} is no path
         */
        public Rewrite {
            requireTarget(from, to);
            if (!to.startsWith("/")) {
                throw new IllegalArgumentException("a rewrite leads to a path: '" + to + "'");
            }
        }
    }

    private static void requireTarget(PathPattern from, String to) {
        int star = to.indexOf('*');
        boolean second = star >= 0 && to.indexOf('*', star + 1) >= 0;
        if (to.isEmpty() || to.chars().anyMatch(c -> c <= ' ' || c > '~') || second) {
            throw new IllegalArgumentException("'" + to + "' is no target: it has one asterisk at"
                    + " most, and other characters than ASCII are percent-encoded");
        }
        if (star >= 0 && !from.hasWildcard()) {
            throw new IllegalArgumentException(
                    "the asterisk of " + to + " stands for nothing: " + from + " has no wildcard");
        }
    }

    /** A copy with more fields of responses, behind those that it has. */
    public Rules withHeaders(List<Header> more) {
        return with(copy ->
                copy.headers = Stream.concat(headers.stream(), more.stream()).toList());
    }

    /** A copy whose files pages of another origin may read; see {@code cors}. */
    public Rules withCors(@Nullable String origin) {
        return with(copy -> copy.cors = origin);
    }

    /** A copy with other redirects. */
    public Rules withRedirects(List<Redirect> all) {
        return with(copy -> copy.redirects = all);
    }

    /** A copy with other rewrites. */
    public Rules withRewrites(List<Rewrite> all) {
        return with(copy -> copy.rewrites = all);
    }

    /** A copy that answers {@code /about} with {@code about.html}, or does not. */
    public Rules withCleanUrls(boolean on) {
        return with(copy -> copy.cleanUrls = on);
    }

    /** A copy with a page for names that do not exist; null for none. */
    public Rules withFallback(@Nullable String page) {
        return with(copy -> copy.fallback = page);
    }

    /** A copy with other pages for errors. */
    public Rules withErrorPages(Map<Integer, String> byStatus) {
        return with(copy -> copy.errorPages = byStatus);
    }

    /** A copy for those only who have a password; null for all. */
    public Rules withAccess(@Nullable Access who) {
        return with(copy -> copy.access = who);
    }

    /** A copy with other applications. */
    public Rules withApplications(List<AppRule> all) {
        return with(copy -> copy.applications = all);
    }

    /** A copy with other functions that answer at some paths. */
    public Rules withHandlers(List<Handler> all) {
        return with(copy -> copy.handlers = all);
    }

    /** A copy that asks about each request; null to permit all. */
    public Rules withPermission(@Nullable Permission asked) {
        return with(copy -> copy.permission = asked);
    }

    private Rules with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new Rules(
                copy.headers,
                copy.cors,
                copy.redirects,
                copy.rewrites,
                copy.cleanUrls,
                copy.fallback,
                copy.errorPages,
                copy.access,
                copy.applications,
                copy.handlers,
                copy.permission);
    }

    /** The parts of a record, so that each method above names the one that it changes. */
    private static final class Copy {
        private List<Header> headers;
        private @Nullable String cors;
        private List<Redirect> redirects;
        private List<Rewrite> rewrites;
        private boolean cleanUrls;
        private @Nullable String fallback;
        private Map<Integer, String> errorPages;
        private @Nullable Access access;
        private List<AppRule> applications;
        private List<Handler> handlers;
        private @Nullable Permission permission;

        Copy(Rules rules) {
            headers = rules.headers;
            cors = rules.cors;
            redirects = rules.redirects;
            rewrites = rules.rewrites;
            cleanUrls = rules.cleanUrls;
            fallback = rules.fallback;
            errorPages = rules.errorPages;
            access = rules.access;
            applications = rules.applications;
            handlers = rules.handlers;
            permission = rules.permission;
        }
    }
}
