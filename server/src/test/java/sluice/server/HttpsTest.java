package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.LoopState;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsCertificate;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.TlsTools;
import sluice.server.testing.Tree;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Https as clients of other people see it; that the bytes are right is for the other suites. */
@ParameterizedClass(name = "{0}")
@EnumSource(
        value = TlsProvider.class,
        names = {"OPENSSL", "JDK"})
class HttpsTest {
    private final TlsProvider provider;

    @TempDir
    Path root;

    @TempDir
    Path keys;

    private TlsTools tools;

    HttpsTest(TlsProvider provider) {
        this.provider = provider;
    }

    @BeforeEach
    void hasLibssl() throws IOException {
        tools = new TlsTools(keys);
        String refusal = provider == TlsProvider.OPENSSL ? OpenSsl.refusal() : null;
        assumeTrue(refusal == null, refusal);
        Tree.plant(root);
    }

    private Sluice.Builder settings() {
        return Sluice.builder().root(root).port(0).allowHost("*");
    }

    private TlsSettings tls() {
        return TlsSettings.selfSigned().withProvider(provider);
    }

    private FileServer selfSigned() throws IOException {
        return settings().tls(tls()).build().start();
    }

    /**
     * A client ends with close_notify, even if its last request said "close". A server that had
     * closed before would answer that with RST, which may erase the last answer.
     */
    @ParameterizedTest
    @CsvSource({"EPOLL, SINGLE", "EPOLL, WORKERS", "BLOCKING, SINGLE"})
    void theServerKeepsTheConnectionUntilTheClientHasEndedItsSide(Model model, Reactor reactor)
            throws IOException {
        Machinery machinery =
                Machinery.defaults().withCell(new Cell(model, CopyMode.AUTO)).withReactor(reactor);
        Sluice sluice = settings().machinery(machinery).tls(tls()).build();
        try (FileServer server = sluice.start();
                RawClient client = RawClient.of(server)) {
            client.get("/hello.txt", "Connection: close");
            client.expectEnd();
            for (int i = 0; i < 100; i++) {
                client.send("dropped");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_3, TLSv1.3",
        "-tls1_2, TLSv1.2",
        "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305, ECDHE-ECDSA-CHACHA20-POLY1305",
        "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384, TLS_AES_256_GCM_SHA384",
        "'-alpn h9,http/1.1', ALPN protocol: http/1.1"
    })
    void itSpeaksWhatIsSafe(String options, String said) throws Exception {
        try (FileServer server = selfSigned()) {
            TlsTools.Run client = tools.sClient(server, options.split(" "));
            assertThat(client.output()).contains(said).doesNotContain("Cipher is (NONE)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1 -cipher ALL:@SECLEVEL=0",
        "-tls1_1 -cipher ALL:@SECLEVEL=0",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA",
        "-tls1_2 -cipher AES128-GCM-SHA256",
        "-alpn nonsense"
    })
    void itRefusesWhatIsNot(String options) throws Exception {
        try (FileServer server = selfSigned()) {
            TlsTools.Run client = tools.sClient(server, options.split(" "));
            assertThat(client.output()).contains("Cipher is (NONE)").contains("alert");
            assertThat(RawClient.get(server, "/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void aSessionIsResumedByEveryServerWithTheSameTicketKeys() throws Exception {
        assumeTrue(provider == TlsProvider.OPENSSL, "the JDK takes no keys");
        TlsCertificate certificate = tools.certificate("a.example");
        Path tickets = Files.write(keys.resolve("tickets"), Tree.random(80));
        TlsSettings shared = new TlsSettings(List.of(certificate), tickets, null, null);
        String session = keys.resolve("session").toString();
        try (FileServer first = settings().tls(shared).build().start();
                FileServer second = settings().tls(shared).build().start();
                FileServer stranger = settings()
                        .tls(new TlsSettings(List.of(certificate), null, null, null))
                        .build()
                        .start()) {
            assertThat(tools.sClient(first, "-tls1_2", "-sess_out", session).output())
                    .contains("New, ");
            assertThat(tools.sClient(second, "-tls1_2", "-sess_in", session).output())
                    .contains("Reused, ");
            assertThat(tools.sClient(stranger, "-tls1_2", "-sess_in", session).output())
                    .contains("New, ");
        }
    }

    /** Servers of one name get the new keys one after another, and the old ones go last. */
    @Test
    void aSessionOutlivesAChangeOfTheTicketKeys() throws Exception {
        assumeTrue(provider == TlsProvider.OPENSSL, "the JDK takes no keys");
        TlsCertificate certificate = tools.certificate("a.example");
        byte[] old = Tree.random(80);
        byte[] next = Tree.random(81);
        byte[] set = Arrays.copyOf(next, 80);
        byte[] both = Arrays.copyOf(set, 160);
        System.arraycopy(old, 0, both, 80, 80);
        String session = keys.resolve("session").toString();
        String renewed = keys.resolve("renewed").toString();
        try (FileServer before = withTicketKeys(certificate, "before", old);
                FileServer between = withTicketKeys(certificate, "between", both);
                FileServer after = withTicketKeys(certificate, "after", set)) {
            fetch(before, "-sess_out", session);
            assertThat(fetch(after, "-sess_in", session)).contains("New, ");
            assertThat(fetch(between, "-sess_in", session, "-sess_out", renewed))
                    .contains("Reused, ");
            assertThat(fetch(after, "-sess_in", renewed)).contains("Reused, ");
            assertThat(fetch(before, "-sess_in", renewed)).contains("New, ");
        }
    }

    /** Waits for the response, and so for the ticket that a session of TLS 1.3 gets before it. */
    private String fetch(FileServer server, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-tls1_3",
                "-ign_eof",
                "-connect",
                "127.0.0.1:" + server.port()));
        command.addAll(List.of(options));
        TlsTools.Run client = tools.run(
                RawClient.request("GET", "/hello.txt", "Connection: close"),
                command.toArray(String[]::new));
        assertThat(client.output()).contains(Tree.HELLO);
        return client.output();
    }

    private FileServer withTicketKeys(TlsCertificate certificate, String name, byte[] sets)
            throws IOException {
        Path file = Files.write(keys.resolve(name), sets);
        return settings()
                .tls(new TlsSettings(List.of(certificate), file, null, null))
                .build()
                .start();
    }

    @Test
    void aClientMayNotRenegotiate() throws Exception {
        try (FileServer server = selfSigned()) {
            TlsTools.Run client = tools.run(
                    "R\n",
                    "openssl",
                    "s_client",
                    "-tls1_2",
                    "-connect",
                    "127.0.0.1:" + server.port());
            assertThat(client.output()).containsPattern("no renegotiation|errno=|unexpected eof");
        }
    }

    @Test
    void gnutlsAndCurlAndTheJdkFetchFiles() throws Exception {
        try (FileServer server = selfSigned()) {
            String request = "GET /hello.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
            TlsTools.Run gnutls = tools.run(
                    request, "gnutls-cli", "--insecure", "--port", "" + server.port(), "127.0.0.1");
            assertThat(gnutls.output()).contains(Tree.HELLO);
            String url = server.uri() + "large.bin";
            assertThat(url).startsWith("https://");
            Path got = keys.resolve("got");
            TlsTools.Run curl =
                    tools.run("", "curl", "-ksS", "--http1.1", "-o", got.toString(), url);
            assertThat(curl.code()).as(curl.output()).isZero();
            assertThat(Files.readAllBytes(got)).isEqualTo(Tree.LARGE);
            try (HttpClient client =
                    HttpClient.newBuilder().sslContext(TrustingClient.context()).build()) {
                HttpRequest asked = HttpRequest.newBuilder(URI.create(url))
                        .header("Range", "bytes=1-9")
                        .build();
                byte[] part = client.send(asked, BodyHandlers.ofByteArray()).body();
                assertThat(part).hasSize(9).startsWith(Tree.LARGE[1]);
            }
        }
    }

    @Test
    void aTornResponseHasNoCloseNotify() throws Exception {
        Path big = root.resolve("big.bin");
        try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        try (FileServer server = selfSigned();
                RawClient client = RawClient.slow(server)) {
            client.send(RawClient.request("GET", "/big.bin"));
            Await.until(
                    "it to be sent", () -> server.count(sluice.io.Counter.BYTES_FROM_FILES) > 0);
            try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
                file.setLength(1 << 20);
            }
            assertThatIOException().isThrownBy(client::read);
        }
    }

    @Test
    void itTellsHowBytesGo() throws Exception {
        ServedFiles explained = ServedFiles.in(root).withExplain(true);
        try (FileServer server = settings().tls(tls()).files(explained).build().start()) {
            ReceivedResponse response = RawClient.get(server, "/large.bin");
            assertThat(response.body()).isEqualTo(Tree.LARGE);
            assertThat(response.field("Sluice-Path"))
                    .startsWith("copy=direct, ")
                    .endsWith(
                            ", kernel=0, user=" + Tree.LARGE.length + ", tls=" + provider.label());
            assertThat(server.description()).contains(", layer " + provider.label());
            assertThat(RawClient.get(server, "/hello.txt").field("Sluice-Path"))
                    .as("read once, and not for every request")
                    .startsWith("copy=memory, ");
        }
    }

    @Test
    void anAddressMayServeTheSameFilesWithoutTls() throws Exception {
        ServedFiles explained = ServedFiles.in(root).withExplain(true);
        Sluice sluice = settings()
                .tls(tls().withHsts(Duration.ofDays(365)))
                .listenPlain("127.0.0.1", 0)
                .files(explained)
                .build();
        try (FileServer server = sluice.start();
                HttpClient client = HttpClient.newHttpClient()) {
            int port = ((InetSocketAddress) server.plainAddresses().getFirst()).getPort();
            URI asked = URI.create("http://localhost:" + port + "/large.bin");
            var plain =
                    client.send(HttpRequest.newBuilder(asked).build(), BodyHandlers.ofByteArray());
            assertThat(plain.body()).isEqualTo(Tree.LARGE);
            assertThat(plain.headers().firstValue("Sluice-Path").orElse("")).doesNotContain("tls=");
            assertThat(plain.headers().map()).doesNotContainKey("strict-transport-security");
            ReceivedResponse secure = RawClient.get(server, "/large.bin");
            assertThat(secure.body()).isEqualTo(Tree.LARGE);
            assertThat(secure.field("Sluice-Path")).contains("tls=");
            assertThat(secure.field("Strict-Transport-Security")).isEqualTo("max-age=31536000");
            assertThat(server.count(Counter.REQUESTS)).isEqualTo(2);
            assertThat(server.loops().stream().map(LoopState::name)).doesNotHaveDuplicates();
        }
        assertThatThrownBy(() -> settings().listenPlain("127.0.0.1", 0).build())
                .hasMessageContaining("has no effect where no address has TLS");
    }

    @Test
    void plainHttpRedirectsToTheSameTarget() throws Exception {
        InetSocketAddress plain = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        TlsSettings settings = tls().withRedirect(plain).withHsts(Duration.ofDays(365));
        try (FileServer server = settings().tls(settings).build().start();
                HttpClient client = HttpClient.newHttpClient()) {
            URI asked = URI.create("http://localhost:" + server.redirectPort() + "/a%20b?c=d");
            var redirect =
                    client.send(HttpRequest.newBuilder(asked).build(), BodyHandlers.discarding());
            assertThat(redirect.statusCode()).isEqualTo(308);
            assertThat(redirect.headers().firstValue("Location"))
                    .hasValue("https://localhost:" + server.port() + "/a%20b?c=d");
            HttpRequest change = HttpRequest.newBuilder(asked)
                    .method("DELETE", BodyPublishers.noBody())
                    .build();
            assertThat(client.send(change, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(308);
            assertThat(RawClient.get(server, "/hello.txt").field("Strict-Transport-Security"))
                    .isEqualTo("max-age=31536000");
        }
    }
}
