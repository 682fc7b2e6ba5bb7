package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.Method;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.ResponseReader;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What people write for a site of files in the settings of nginx, as rules of Sluice: both servers
 * answer the same requests alike. {@link CaddySitesTest} does that for Caddy.
 */
final class StaticSitesTest {
    /** What the package installs beside the program. */
    private static final String TYPES = "types { text/html html; text/css css; } ";

    static final String BROWSER = "Accept: text/html,*/*;q=0.8";
    /** Others may answer otherwise. */
    private static final String VERSION = "nginx/1.22.";

    /**
     * One of these sites.
     *
     * @param directives of nginx, with %s for a directory of its own
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

    static List<String> ask(String... pathAndLines) {
        return List.of(pathAndLines);
    }

    static Rules.Header header(String paths, String name, String value) {
        return new Rules.Header(PathPattern.of(paths), name, value);
    }

    static Rules redirect(String from, String to, int status) {
        return Rules.NONE.withRedirects(
                List.of(new Rules.Redirect(PathPattern.of(from), to, status)));
    }

    private static Stream<Example> examples() {
        return Stream.concat(names(), fields());
    }

    private static Stream<Example> names() {
        return Stream.of(
                new Example(
                        "one page for an application",
                        TYPES + "location / { try_files $uri $uri/ /index.html; }",
                        Rules.NONE.withFallback("/index.html"),
                        List.of("content-type"),
                        List.of(
                                ask("/", BROWSER),
                                ask("/orders/17", BROWSER),
                                ask("/orders/", BROWSER),
                                ask("/docs/", BROWSER),
                                ask("/assets/plain.css", BROWSER))),
                new Example(
                        "URLs without .html",
                        "location / { try_files $uri $uri.html $uri/ =404; }",
                        Rules.NONE.withCleanUrls(true),
                        List.of("content-type"),
                        List.of(
                                ask("/about"),
                                ask("/about.html"),
                                ask("/docs"),
                                ask("/docs/"),
                                ask("/missing"))),
                new Example(
                        "a page of one's own for what is missing",
                        "error_page 404 /404.html;",
                        Rules.NONE.withErrorPages(Map.of(404, "/404.html")),
                        List.of("content-type"),
                        List.of(ask("/missing"), ask("/docs/missing"), ask("/about.html"))),
                new Example(
                        "a path that has moved",
                        "absolute_redirect off; location = /old { return 301 /new; }",
                        redirect("/old", "/new", 301),
                        List.of("location"),
                        List.of(ask("/old"), ask("/about.html"), ask("/old/x"))),
                new Example(
                        "a directory that has moved",
                        "absolute_redirect off; rewrite ^/old/(.*)$ /new/$1 redirect;",
                        redirect("/old/**", "/new/*", 302),
                        List.of("location"),
                        List.of(ask("/old/a/b"), ask("/old/"), ask("/old/a?q=1"), ask("/olds"))),
                new Example(
                        "another host",
                        "location /go/ { rewrite ^/go/(.*)$ https://other.example/$1 permanent; }",
                        redirect("/go/**", "https://other.example/*", 301),
                        List.of("location"),
                        List.of(ask("/go/x"), ask("/go//evil.example"))),
                new Example(
                        "files under another path",
                        TYPES + "rewrite ^/v1/(.*)$ /assets/$1 last;",
                        Rules.NONE.withRewrites(
                                List.of(new Rules.Rewrite(PathPattern.of("/v1/**"), "/assets/*"))),
                        List.of("content-type"),
                        List.of(ask("/v1/plain.css"), ask("/v1/none"), ask("/assets/plain.css"))));
    }

    private static Stream<Example> fields() {
        return Stream.of(
                new Example(
                        "how long browsers keep a kind of file",
                        "location ~ \\.css$ { add_header Cache-Control max-age=60; }",
                        Rules.NONE.withHeaders(
                                List.of(header("*.css", "Cache-Control", "max-age=60"))),
                        List.of("cache-control"),
                        List.of(
                                ask("/assets/plain.css"),
                                ask("/assets/plain.css", "Range: bytes=0-1"),
                                ask("/assets/plain.css", "If-None-Match: *"),
                                ask("/assets/none.css"),
                                ask("/about.html"))),
                new Example(
                        "a field in every response",
                        "add_header X-Frame-Options SAMEORIGIN always;",
                        Rules.NONE.withHeaders(
                                List.of(header("/**", "X-Frame-Options", "SAMEORIGIN"))),
                        List.of("x-frame-options"),
                        List.of(
                                ask("/"),
                                ask("/missing"),
                                ask("/docs"),
                                ask("/about.html", "Range: bytes=0-1"),
                                ask("/about.html", "Range: bytes=100-"),
                                ask("/about.html", "If-None-Match: *"))),
                new Example(
                        "files for the pages of others",
                        "add_header Access-Control-Allow-Origin * always;",
                        Rules.NONE.withCors("*"),
                        List.of("access-control-allow-origin"),
                        List.of(ask("/assets/plain.css", "Origin: https://a.example"), ask("/no"))),
                new Example(
                        "a password",
                        "auth_basic files; auth_basic_user_file %s/users;",
                        Rules.NONE.withAccess(new Access("files", StaticSitesTest::accepts)),
                        List.of(),
                        List.of(
                                ask("/about.html"),
                                ask("/missing"),
                                ask("/about.html", "Authorization: Basic YW5uYTpvcGVu"),
                                ask("/missing", "Authorization: Basic YW5uYTpvcGVu"),
                                ask("/about.html", "Authorization: Basic YW5uYTpzaHV0"))));
    }

    static boolean accepts(String user, byte[] password) {
        return user.equals("anna") && new String(password, UTF_8).equals("open");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void sluiceAnswersAsNginxDoes(Example example, @TempDir Path root, @TempDir Path own)
            throws Exception {
        Path program = Nginx.find();
        assumeTrue(program != null, "nginx is not installed");
        String version = Nginx.version(program);
        assumeTrue(version.contains(VERSION), () -> version + " is not " + VERSION + "x");
        plant(root);
        Files.writeString(own.resolve("users"), "anna:{PLAIN}open\n");
        String directives = example.directives().replace("%s", own.toString());
        Sluice sluice = Sluice.builder()
                .port(0)
                .allowHost("*")
                .files(ServedFiles.in(root).withListing(false).withRules(example.rules()))
                .build();
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        try (var nginx = Nginx.start(program, root, own, directives);
                var server = sluice.start()) {
            for (List<String> request : example.requests()) {
                theirs.add(answer(nginx.port(), request, example.fields()));
                ours.add(answer(server.port(), request, example.fields()));
            }
        }
        assertThat(ours).isEqualTo(theirs);
    }

    static void plant(Path root) throws IOException {
        Files.writeString(root.resolve("index.html"), "home");
        Files.writeString(root.resolve("about.html"), "about us");
        Files.writeString(root.resolve("404.html"), "lost");
        Files.createDirectories(root.resolve("assets"));
        Files.writeString(root.resolve("assets/plain.css"), "style");
        Files.createDirectories(root.resolve("docs"));
        Files.writeString(root.resolve("docs/index.html"), "manual");
        Files.writeString(root.resolve("docs.html"), "all manuals");
    }

    /** Status, what was sent, and the fields; the words of an error are each server's own. */
    static String answer(int port, List<String> request, List<String> fields) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            StringBuilder head = new StringBuilder(
                    "GET " + request.getFirst() + " HTTP/1.1\r\nHost: localhost\r\n");
            request.stream().skip(1).forEach(line -> head.append(line).append("\r\n"));
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(ISO_8859_1));
            ReceivedResponse got = new ResponseReader(socket.getInputStream()).read(Method.GET);
            boolean own = got.status() < 300 || got.text().equals("lost");
            StringBuilder told = new StringBuilder(request.getFirst() + " " + got.status());
            told.append(own ? " " + got.text() : "");
            if (got.status() < 400 || !fields.contains("content-type")) {
                fields.forEach(name -> told.append(' ').append(field(got, name)));
            }
            return told.toString();
        }
    }

    /** Without a character set, which nginx does not tell; in a 416 it says some fields twice. */
    private static @Nullable String field(ReceivedResponse response, String name) {
        List<String> values = response.fields().getOrDefault(name, List.of());
        return values.isEmpty() ? null : values.getFirst().replaceFirst(";.*", "");
    }
}
