package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.StaticSitesTest.BROWSER;
import static sluice.server.StaticSitesTest.answer;
import static sluice.server.StaticSitesTest.ask;
import static sluice.server.StaticSitesTest.header;
import static sluice.server.StaticSitesTest.redirect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * What Caddy's documentation shows for sites of files (its patterns, and its pages about the
 * directives file_server, try_files, redir, rewrite, header, handle_errors and basicauth), as rules
 * of Sluice: both servers answer the same requests alike. Left out is what they mean to do
 * otherwise: to add the slash to a directory Caddy redirects by 308 and Sluice by 301; Caddy says
 * of an error how long it is fresh, if a rule says so of its path; and its application has one page
 * also for a directory with an index.
 */
final class CaddySitesTest {
    /** Others may answer otherwise. */
    private static final String VERSION = "2.6.";

    /**
     * One of these sites.
     *
     * @param directives of Caddy, with %s for the hash of a password
     * @param fields that must be alike beside status and body
     * @param requests a path each, and field lines behind it
     */
    private record Example(
            String name,
            String directives,
            Rules rules,
            List<String> fields,
            List<List<String>> requests) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Example> examples() {
        return Stream.concat(names(), fields());
    }

    private static Stream<Example> names() {
        return Stream.of(
                new Example(
                        "static file server",
                        "file_server",
                        Rules.NONE,
                        List.of("content-type"),
                        List.of(
                                ask("/"),
                                ask("/about.html"),
                                ask("/docs/"),
                                ask("/assets/plain.css"),
                                ask("/assets/"),
                                ask("/about.html", "Range: bytes=0-4"),
                                ask("/about.html", "Range: bytes=100-"),
                                ask("/missing"))),
                new Example(
                        "single-page app",
                        "try_files {path} /index.html\nfile_server",
                        Rules.NONE.withFallback("/index.html"),
                        List.of("content-type"),
                        List.of(
                                ask("/", BROWSER),
                                ask("/orders/17", BROWSER),
                                ask("/assets/plain.css", BROWSER))),
                new Example(
                        "URLs without .html",
                        "try_files {path}.html {path}\nfile_server",
                        Rules.NONE.withCleanUrls(true),
                        List.of("content-type"),
                        List.of(ask("/about"), ask("/about.html"), ask("/docs"), ask("/missing"))),
                new Example(
                        "pages of one's own for errors",
                        "handle_errors {\nrewrite * /{err.status_code}.html\nfile_server\n}\n"
                                + "file_server",
                        Rules.NONE.withErrorPages(Map.of(404, "/404.html")),
                        List.of(),
                        List.of(ask("/missing"), ask("/docs/missing"), ask("/about.html"))),
                new Example(
                        "a path that has moved",
                        "redir /old /new permanent\nfile_server",
                        redirect("/old", "/new", 301),
                        List.of("location"),
                        List.of(ask("/old"), ask("/old/x"), ask("/about.html"))),
                new Example(
                        "another host for everything",
                        "redir https://www.example.com{uri}",
                        redirect("/**", "https://www.example.com/*", 302),
                        List.of("location"),
                        List.of(ask("/"), ask("/a/b?q=1"), ask("/about.html"))),
                new Example(
                        "files under another path",
                        "handle_path /v1/* {\nrewrite * /assets{uri}\nfile_server\n}\nfile_server",
                        Rules.NONE.withRewrites(
                                List.of(new Rules.Rewrite(PathPattern.of("/v1/**"), "/assets/*"))),
                        List.of("content-type"),
                        List.of(ask("/v1/plain.css"), ask("/v1/none"), ask("/assets/plain.css"))));
    }

    private static Stream<Example> fields() {
        return Stream.of(
                new Example(
                        "how long browsers keep a kind of file",
                        "@css path *.css\nheader @css Cache-Control max-age=60\nfile_server",
                        Rules.NONE.withHeaders(
                                List.of(header("*.css", "Cache-Control", "max-age=60"))),
                        List.of("cache-control"),
                        List.of(
                                ask("/assets/plain.css"),
                                ask("/assets/plain.css", "Range: bytes=0-1"),
                                ask("/about.html"))),
                new Example(
                        "security headers",
                        "header {\nX-Content-Type-Options nosniff\nX-Frame-Options DENY\n"
                                + "Referrer-Policy no-referrer-when-downgrade\n}\nfile_server",
                        Rules.NONE.withHeaders(List.of(
                                header("/**", "X-Content-Type-Options", "nosniff"),
                                header("/**", "X-Frame-Options", "DENY"),
                                header("/**", "Referrer-Policy", "no-referrer-when-downgrade"))),
                        List.of("x-content-type-options", "x-frame-options", "referrer-policy"),
                        List.of(ask("/"), ask("/missing"), ask("/about.html", "Range: bytes=9-"))),
                new Example(
                        "files for the pages of others",
                        "header Access-Control-Allow-Origin *\nfile_server",
                        Rules.NONE.withCors("*"),
                        List.of("access-control-allow-origin"),
                        List.of(ask("/assets/plain.css", "Origin: https://a.example"), ask("/no"))),
                new Example(
                        "compressed beforehand",
                        "file_server {\nprecompressed gzip\n}",
                        Rules.NONE,
                        List.of("content-type", "content-encoding", "vary"),
                        List.of(
                                ask("/long.html", "Accept-Encoding: gzip"),
                                ask("/long.html", "Accept-Encoding: br, gzip;q=0.5"),
                                ask("/about.html", "Accept-Encoding: gzip"))),
                new Example(
                        "a password",
                        "basicauth {\nanna %s\n}\nfile_server",
                        Rules.NONE.withAccess(new Access("files", StaticSitesTest::accepts)),
                        List.of(),
                        List.of(
                                ask("/about.html"),
                                ask("/missing"),
                                ask("/about.html", "Authorization: Basic YW5uYTpvcGVu"),
                                ask("/missing", "Authorization: Basic YW5uYTpvcGVu"),
                                ask("/about.html", "Authorization: Basic YW5uYTpzaHV0"))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void sluiceAnswersAsCaddyDoes(Example example, @TempDir Path root, @TempDir Path own)
            throws Exception {
        Path program = Caddy.find();
        assumeTrue(program != null, "Caddy is not installed");
        String version = Caddy.said(program, "version");
        assumeTrue(version.contains(VERSION), () -> version + " is not Caddy " + VERSION + "x");
        StaticSitesTest.plant(root);
        plantCompressed(root);
        String directives = example.directives();
        if (directives.contains("%s")) {
            String hash = Caddy.said(program, "hash-password", "--plaintext", "open");
            directives = directives.replace("%s", hash);
        }
        Sluice sluice = Sluice.builder()
                .port(0)
                .allowHost("*")
                .files(ServedFiles.in(root).withListing(false).withRules(example.rules()))
                .build();
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        try (var caddy = Caddy.start(program, root, own, directives);
                var server = sluice.start()) {
            for (List<String> request : example.requests()) {
                theirs.add(answer(caddy.port(), request, example.fields()));
                ours.add(answer(server.port(), request, example.fields()));
            }
        }
        assertThat(ours).isEqualTo(theirs);
    }

    private static void plantCompressed(Path root) throws IOException {
        byte[] text = "a long page ".repeat(100).getBytes(US_ASCII);
        Files.write(root.resolve("long.html"), text);
        Path sibling = root.resolve("long.html.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(sibling))) {
            out.write(text);
        }
    }
}
