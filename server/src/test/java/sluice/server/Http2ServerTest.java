package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.TlsTools;
import sluice.server.testing.Tree;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** HTTP/2 as clients of other people see it, over every model that can speak it. */
class Http2ServerTest {
    @TempDir
    Path root;

    @TempDir
    Path elsewhere;

    private TlsTools tools;

    @BeforeEach
    void plant() throws IOException {
        tools = new TlsTools(elsewhere);
        Tree.plant(root);
    }

    private static FileServer start(Setup setup, Path root) throws IOException {
        return setup.start(setup.serving(root).h2c());
    }

    private FileServer secure(Setup setup) throws IOException {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        return setup.serving(root).tls(TlsSettings.selfSigned()).build().start();
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void curlGetsEveryOctetByPriorKnowledge(Setup setup) throws Exception {
        assumeTrue(!setup.cell().hasThreads(), "a thread per connection cannot");
        Path got = elsewhere.resolve("got");
        try (FileServer server = start(setup, root)) {
            TlsTools.Run curl = tools.run(
                    "",
                    "curl",
                    "-sS",
                    "--http2-prior-knowledge",
                    "-w",
                    "%{http_version} %{http_code}",
                    "-o",
                    got.toString(),
                    server.uri() + "large.bin");
            assertThat(curl.output()).isEqualTo("2 200");
            assertThat(Files.readAllBytes(got)).isEqualTo(Tree.LARGE);
            assertThat(server.count(Counter.FAILED)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void nghttpGetsSeveralFilesAtOnce(Setup setup) throws Exception {
        assumeTrue(!setup.cell().hasThreads(), "a thread per connection cannot");
        try (FileServer server = start(setup, root)) {
            TlsTools.Run nghttp = tools.run(
                    "",
                    "nghttp",
                    "-nv",
                    "-w",
                    "20",
                    "-W",
                    "20",
                    server.uri() + "large.bin",
                    server.uri() + "hello.txt",
                    server.uri() + "folder/");
            assertThat(nghttp.code()).isZero();
            assertThat(nghttp.output().split(":status: 200", -1)).hasSize(4);
            assertThat(server.count(Counter.FAILED)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCKING", "VIRTUAL"})
    void aThreadPerConnectionRefusesIt(Model model) {
        Setup setup = new Setup(new Cell(model, CopyMode.AUTO), Reactor.SINGLE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(setup, root))
                .withMessage("HTTP/2 sends and receives at once, and the threads of model "
                        + model.label() + " do one of the two; use --model epoll");
    }

    @Test
    void workersRefuseIt() {
        Setup setup = new Setup(Setup.PLAIN.cell(), Reactor.WORKERS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(setup, root))
                .withMessageContaining("use --reactor single");
    }

    @Test
    void overTlsItIsNotOfferedWhereLoopsCannotSpeakIt() throws Exception {
        Setup blocking = new Setup(new Cell(Model.BLOCKING, CopyMode.AUTO), Reactor.SINGLE);
        try (FileServer server = secure(blocking)) {
            assertThat(server.description())
                    .contains(", http/1.1 alone (HTTP/2 sends and receives");
            TlsTools.Run client = tools.sClient(server, "-alpn", "h2,http/1.1");
            assertThat(client.output()).contains("ALPN protocol: http/1.1");
        }
    }

    @Test
    void overTlsItIsPreferred() throws Exception {
        try (FileServer server = secure(Setup.PLAIN)) {
            assertThat(server.description()).endsWith(", h2 and http/1.1");
            TlsTools.Run client = tools.sClient(server, "-alpn", "http/1.1,h2");
            assertThat(client.output()).contains("ALPN protocol: h2");
        }
    }

    @Test
    void theClientOfTheJdkGetsManyFilesOverOneConnection() throws Exception {
        try (FileServer server = secure(Setup.PLAIN);
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TrustingClient.context())
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            URI base = URI.create("https://localhost:" + server.port() + "/");
            client.send(HttpRequest.newBuilder(base).build(), BodyHandlers.discarding());
            List<CompletableFuture<HttpResponse<byte[]>>> responses = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                HttpRequest request = HttpRequest.newBuilder(
                                base.resolve(i % 2 == 0 ? "large.bin" : "hello.txt"))
                        .build();
                responses.add(client.sendAsync(request, BodyHandlers.ofByteArray()));
            }
            for (int i = 0; i < 20; i++) {
                HttpResponse<byte[]> response = responses.get(i).join();
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
                byte[] expected = i % 2 == 0 ? Tree.LARGE : Tree.HELLO.getBytes(US_ASCII);
                assertThat(response.body()).isEqualTo(expected);
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void withoutBeingToldToItSpeaksHttp1AloneWithoutTls() throws Exception {
        try (FileServer server = Setup.PLAIN.start(Setup.PLAIN.serving(root))) {
            assertThat(server.description()).doesNotContain("h2c");
            try (RawClient client = RawClient.of(server)) {
                client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
                assertThat(client.read().status()).isIn(400, 505);
            }
        }
    }

    @Test
    void whoSpeaksHttp1IsServedAtTheSamePort() throws Exception {
        try (FileServer server = start(Setup.PLAIN, root)) {
            assertThat(RawClient.get(server, "/hello.txt").text()).isEqualTo(Tree.HELLO);
            // As far as it goes this could be the preface.
            try (RawClient client = RawClient.of(server)) {
                client.send("P");
                client.send("UT /hello.txt HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(405);
            }
        }
    }

    @Test
    void curlUploadsAFile() throws Exception {
        Path sent = Files.write(elsewhere.resolve("sent"), Tree.LARGE);
        try (FileServer server = Setup.PLAIN
                .serving(root)
                .uploads(Uploads.defaults())
                .h2c()
                .build()
                .start()) {
            TlsTools.Run curl = tools.run(
                    "",
                    "curl",
                    "-sS",
                    "--http2-prior-knowledge",
                    "-w",
                    "%{http_version} %{http_code}",
                    "-T",
                    sent.toString(),
                    server.uri() + "new.bin");
            assertThat(curl.output()).isEqualTo("2 201");
            assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(Tree.LARGE);
        }
    }
}
