package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.ForwardedField;
import sluice.http.Method;
import sluice.io.AddressSet;
import sluice.io.Counter;
import sluice.io.TlsSettings;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** An application decides, and the server sends. */
final class ApplicationTest {
    private static final byte[] LARGE = new byte[300_000];
    private static final int OCTETS = 100_000;

    @TempDir
    private Path root;

    @TempDir
    private Path files;

    private HttpServer application;
    /** Requests that the application has seen: method, target, and some fields. */
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    static Stream<Setup> setups() {
        return Setup.models();
    }

    @BeforeEach
    void plant() throws IOException {
        for (int i = 0; i < LARGE.length; i++) {
            LARGE[i] = (byte) (i * 31 >> 3);
        }
        Files.writeString(root.resolve("public.txt"), "public");
        Files.createDirectory(root.resolve("app"));
        Files.writeString(root.resolve("app/hidden.txt"), "what the rule hides");
        Files.write(files.resolve("film.mp4"), LARGE);
        Files.writeString(files.resolve("a note.txt"), "private");
        Files.writeString(files.resolve(".secret"), "secret");
        application =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        application.createContext("/app", this::handle);
        application.start();
    }

    @AfterEach
    void stop() {
        application.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Host") + " "
                + exchange.getRequestHeaders().getFirst("X-Forwarded-For") + " "
                + exchange.getRequestHeaders().getFirst("X-Forwarded-Proto"));
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getQuery();
        if (path.equals("/app/send")) {
            exchange.getResponseHeaders().add("X-Sluice-Send", query);
            exchange.getResponseHeaders().add("Content-Type", "video/x-own");
            exchange.getResponseHeaders().add("Content-Disposition", "attachment");
            exchange.getResponseHeaders().add("Cache-Control", "private");
            exchange.getResponseHeaders().add("Set-Cookie", "a=1");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
            exchange.getResponseHeaders().add("ETag", "\"of the application\"");
            answer(exchange, 200, "nobody gets this");
        } else if (path.equals("/app/large")) {
            exchange.sendResponseHeaders(200, LARGE.length);
            exchange.getResponseBody().write(LARGE);
            exchange.close();
        } else if (path.equals("/app/chunked")) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(LARGE, 0, OCTETS);
            exchange.close();
        } else if (path.equals("/app/endless")) {
            exchange.sendResponseHeaders(200, 0);
            byte[] octets = new byte[OCTETS];
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(octets);
            }
            exchange.close();
        } else if (path.equals("/app/denied")) {
            exchange.getResponseHeaders().add("X-Sluice-Send", "/film.mp4");
            answer(exchange, 403, "not for you");
        } else {
            exchange.getResponseHeaders().add("Content-Type", "text/x-app");
            answer(exchange, 200, "of the application");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : text.length());
        if (!head) {
            exchange.getResponseBody().write(text.getBytes(US_ASCII));
        }
        exchange.close();
    }

    private Sluice.Builder asking(Setup setup, SocketAddress address) {
        Rules rules = Rules.NONE.withApplications(List.of(new AppRule("/app", address, files)));
        return setup.serving(root).files(ServedFiles.in(root).withRules(rules));
    }

    private FileServer start() throws IOException {
        return asking(Setup.PLAIN, application.getAddress()).build().start();
    }

    @ParameterizedTest
    @MethodSource("setups")
    void theAnswerOfTheApplicationIsPassedOn(Setup setup) throws Exception {
        try (FileServer server = setup.start(asking(setup, application.getAddress()));
                RawClient client = RawClient.of(server)) {
            ReceivedResponse answer = client.get("/app/page?x=1");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("of the application");
            assertThat(answer.field("Content-Type")).isEqualTo("text/x-app");
            assertThat(client.get("/app/large").body()).isEqualTo(LARGE);
            assertThat(client.get("/app/chunked").body()).hasSize(OCTETS);
            assertThat(client.get("/public.txt").text()).isEqualTo("public");
            assertThat(seen).first().isEqualTo("GET /app/page?x=1 h 127.0.0.1 null");
            assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void theFileThatItNamesIsSentWithItsFieldsAndOurValidators(Setup setup) throws Exception {
        try (FileServer server = setup.start(asking(setup, application.getAddress()));
                RawClient client = RawClient.of(server)) {
            ReceivedResponse whole = client.get("/app/send?/film.mp4");
            assertThat(whole.status()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(LARGE);
            assertThat(whole.field("Content-Type")).isEqualTo("video/x-own");
            assertThat(whole.field("Content-Disposition")).isEqualTo("attachment");
            assertThat(whole.field("Cache-Control")).isEqualTo("private");
            assertThat(whole.field("Accept-Ranges")).isEqualTo("bytes");
            assertThat(whole.has("X-Sluice-Send")).isFalse();
            String tag = whole.field("ETag");
            assertThat(tag).isNotNull().doesNotContain("application");
            ReceivedResponse part =
                    client.get("/app/send?/film.mp4", "Range: bytes=1000-1999", "If-Range: " + tag);
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(LARGE, 1000, 2000));
            assertThat(part.field("Content-Range")).isEqualTo("bytes 1000-1999/300000");
            ReceivedResponse known = client.get("/app/send?/film.mp4", "If-None-Match: " + tag);
            assertThat(known.status()).isEqualTo(304);
            assertThat(known.field("Cache-Control")).isEqualTo("private");
            assertThat(known.has("Content-Disposition")).isFalse();
            ReceivedResponse head = client.send(RawClient.request("HEAD", "/app/send?/film.mp4"))
                    .read(Method.HEAD);
            assertThat(head.field("Content-Length")).isEqualTo("300000");
            assertThat(client.get("/app/send?/a%2520note.txt").text()).isEqualTo("private");
        }
    }

    @Test
    void byHttp2ItIsTheSame() throws Exception {
        Sluice.Builder settings = asking(Setup.PLAIN, application.getAddress());
        try (FileServer server = settings.tls(TlsSettings.selfSigned()).build().start();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TrustingClient.context())
                        .build()) {
            URI base = URI.create("https://localhost:" + server.port() + "/app/");
            for (String name : List.of("send?/film.mp4", "large")) {
                HttpRequest request = HttpRequest.newBuilder(base.resolve(name)).build();
                HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(response.body()).isEqualTo(LARGE);
            }
            HttpRequest send =
                    HttpRequest.newBuilder(base.resolve("send?/film.mp4")).build();
            assertThat(seen).allMatch(line -> line.endsWith(" 127.0.0.1 https"));
            assertThat(client.send(send, BodyHandlers.discarding())
                            .headers()
                            .allValues("set-cookie"))
                    .containsExactly("a=1", "b=2");
        }
    }

    @Test
    void whatTheApplicationMayNameNoClientReachesOtherwise() throws Exception {
        try (FileServer server = start()) {
            assertThat(RawClient.get(server, "/film.mp4").status()).isEqualTo(404);
            for (String named : List.of(
                    "/missing",
                    "/.secret",
                    "/../public.txt",
                    "/",
                    "film.mp4",
                    "//etc/passwd",
                    "/%252e%252e/public.txt",
                    "/film.mp4/")) {
                assertThat(RawClient.get(server, "/app/send?" + named).status())
                        .as(named)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void onlyWithASuccessAFileIsSent() throws Exception {
        try (FileServer server = start()) {
            ReceivedResponse denied = RawClient.get(server, "/app/denied");
            assertThat(denied.status()).isEqualTo(403);
            assertThat(denied.text()).isEqualTo("not for you");
            assertThat(denied.has("X-Sluice-Send")).isFalse();
        }
    }

    /** Whatever the client writes, the path that chose the rule is the path that is asked for. */
    @Test
    void everyPathBelowIsTheApplicationsAndNoOther() throws Exception {
        try (FileServer server = start()) {
            for (String target : List.of(
                    "/app",
                    "/app/",
                    "/app/hidden.txt",
                    "//app//hidden.txt",
                    "/x/../app/y",
                    "/%61pp/y",
                    "http://h/app/y")) {
                assertThat(RawClient.get(server, target).text())
                        .as(target)
                        .isEqualTo("of the application");
            }
            assertThat(seen).allMatch(line -> line.startsWith("GET /app"));
            for (String target : List.of("/application", "/app/../public.txt", "/App/y")) {
                assertThat(RawClient.get(server, target).text())
                        .as(target)
                        .isNotEqualTo("of the application");
            }
        }
    }

    @Test
    void whatAClientClaimsAboutItselfIsNotPassedOn() throws Exception {
        try (FileServer server = start()) {
            RawClient.get(
                    server,
                    "/app/y",
                    "X-Forwarded-For: 192.0.2.1",
                    "Connection: X-Own",
                    "X-Own: 1");
            assertThat(seen).containsExactly("GET /app/y h 127.0.0.1 null");
        }
    }

    @Test
    void itLearnsWhoAskedBehindATrustedProxy() throws Exception {
        TrustedProxies local = new TrustedProxies(
                AddressSet.NONE,
                AddressSet.of(List.of("127.0.0.0/8")),
                ForwardedField.X_FORWARDED_FOR);
        Sluice.Builder settings = asking(Setup.PLAIN, application.getAddress()).proxies(local);
        try (FileServer server = settings.build().start()) {
            RawClient.get(server, "/app/y", "X-Forwarded-For: 203.0.113.9, 2001:db8::1");
            assertThat(seen).containsExactly("GET /app/y h 2001:db8::1 null");
        }
    }

    @Test
    void otherMethodsAreNotAllowed() throws Exception {
        Sluice.Builder settings =
                asking(Setup.PLAIN, application.getAddress()).uploads(Uploads.defaults());
        try (FileServer server = settings.build().start();
                RawClient client = RawClient.of(server)) {
            String put = RawClient.request("PUT", "/app/y", "Content-Length: 1");
            ReceivedResponse response = client.send(put + "x").read();
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.field("Allow")).isEqualTo("GET, HEAD");
            assertThat(root.resolve("app/y")).doesNotExist();
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void aBodyOfUnknownLengthIsBounded() throws Exception {
        try (FileServer server = start()) {
            assertThat(RawClient.get(server, "/app/endless").status()).isEqualTo(502);
        }
    }

    @Test
    void rulesThatCannotBeAreRefused() {
        InetSocketAddress far = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 80);
        assertThatThrownBy(() -> new AppRule("/app", far, null))
                .hasMessageContaining("must be on this machine");
        assertThatThrownBy(() -> new AppRule("app", far, null)).hasMessageContaining("not a path");
        for (String text : List.of("127.0.0.1:80", "https://127.0.0.1:1", "unix:", "http://x:y")) {
            assertThatThrownBy(() -> AppRule.address(text))
                    .as(text)
                    .hasMessageContaining("is no address");
        }
        assertThat(AppRule.address("unix:/run/a b")).isInstanceOf(UnixDomainSocketAddress.class);
        assertThat(AppRule.address("http://[::1]:80/"))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80));
    }
}
