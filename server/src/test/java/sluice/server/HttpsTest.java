package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsCertificate;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Tree;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Https as clients of other people see it; that the bytes are right is for the other suites. */
class HttpsTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path root;

    @TempDir
    Path keys;

    @BeforeEach
    void hasLibssl() throws IOException {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        Tree.plant(root);
    }

    private Sluice.Builder settings() {
        return Sluice.builder().root(root).port(0).allowHost("*");
    }

    private FileServer selfSigned() throws IOException {
        return settings().tls(TlsSettings.selfSigned()).build().start();
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
        Sluice sluice =
                settings().machinery(machinery).tls(TlsSettings.selfSigned()).build();
        try (FileServer server = sluice.start();
                RawClient client = RawClient.of(server)) {
            client.get("/hello.txt", "Connection: close");
            client.expectEnd();
            for (int i = 0; i < 100; i++) {
                client.send("dropped");
            }
        }
    }

    private record Run(int code, String output) {}

    /** Runs a client; skips the test where that is not installed. */
    private Run run(String input, String... command) throws Exception {
        boolean there = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command[0])));
        assumeTrue(there, command[0] + " is not installed");
        Path output = keys.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (var in = process.outputWriter()) {
            in.write(input);
        } catch (IOException e) {
            // It ended without reading; what it said is asserted.
        }
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), new String(Files.readAllBytes(output), "ISO-8859-1"));
    }

    private TlsCertificate certificate(String name, String... more) throws Exception {
        Path chain = keys.resolve(name + ".crt");
        Path key = keys.resolve(name + ".key");
        String[] command = {
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-subj",
            "/CN=" + name,
            "-addext",
            "subjectAltName=DNS:" + name,
            "-keyout",
            key.toString(),
            "-out",
            chain.toString()
        };
        String[] rest = more.length > 0 ? more : new String[] {"-nodes", "-days", "30"};
        String[] all = new String[command.length + rest.length];
        System.arraycopy(command, 0, all, 0, command.length);
        System.arraycopy(rest, 0, all, command.length, rest.length);
        Run made = run("", all);
        assertThat(made.code).as(made.output).isZero();
        return new TlsCertificate(chain, key);
    }

    private Run sClient(FileServer server, String... options) throws Exception {
        String[] command = new String[4 + options.length];
        System.arraycopy(
                new String[] {"openssl", "s_client", "-connect", "127.0.0.1:" + server.port()},
                0,
                command,
                0,
                4);
        System.arraycopy(options, 0, command, 4, options.length);
        return run("", command);
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
            Run client = sClient(server, options.split(" "));
            assertThat(client.output).contains(said).doesNotContain("Cipher is (NONE)");
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
            Run client = sClient(server, options.split(" "));
            assertThat(client.output).contains("Cipher is (NONE)").contains("alert");
            assertThat(RawClient.get(server, "/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void aSessionIsResumedByEveryServerWithTheSameTicketKeys() throws Exception {
        TlsCertificate certificate = certificate("a.example");
        Path tickets = Files.write(keys.resolve("tickets"), Tree.random(80));
        TlsSettings shared = new TlsSettings(List.of(certificate), tickets, null, null);
        String session = keys.resolve("session").toString();
        try (FileServer first = settings().tls(shared).build().start();
                FileServer second = settings().tls(shared).build().start();
                FileServer stranger = settings()
                        .tls(new TlsSettings(List.of(certificate), null, null, null))
                        .build()
                        .start()) {
            assertThat(sClient(first, "-tls1_2", "-sess_out", session).output).contains("New, ");
            assertThat(sClient(second, "-tls1_2", "-sess_in", session).output).contains("Reused, ");
            assertThat(sClient(stranger, "-tls1_2", "-sess_in", session).output).contains("New, ");
        }
    }

    @Test
    void eachNameHasItsCertificateAndOthersTheFirst() throws Exception {
        TlsSettings settings = new TlsSettings(
                List.of(certificate("first.example"), certificate("second.example")),
                null,
                null,
                null);
        try (FileServer server = settings().tls(settings).build().start()) {
            assertThat(sClient(server, "-servername", "second.example").output)
                    .contains("subject=CN = second.example");
            assertThat(sClient(server, "-servername", "SECOND.example").output)
                    .contains("subject=CN = second.example");
            assertThat(sClient(server, "-servername", "other.example").output)
                    .contains("subject=CN = first.example");
            assertThat(sClient(server, "-noservername").output)
                    .contains("subject=CN = first.example");
        }
    }

    @Test
    void aClientMayNotRenegotiate() throws Exception {
        try (FileServer server = selfSigned()) {
            Run client = run(
                    "R\n",
                    "openssl",
                    "s_client",
                    "-tls1_2",
                    "-connect",
                    "127.0.0.1:" + server.port());
            assertThat(client.output).contains("no renegotiation");
        }
    }

    @Test
    void gnutlsAndCurlAndTheJdkFetchFiles() throws Exception {
        try (FileServer server = selfSigned()) {
            String request = "GET /hello.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
            Run gnutls = run(
                    request, "gnutls-cli", "--insecure", "--port", "" + server.port(), "127.0.0.1");
            assertThat(gnutls.output).contains(Tree.HELLO);
            String url = server.uri() + "large.bin";
            assertThat(url).startsWith("https://");
            Path got = keys.resolve("got");
            Run curl = run("", "curl", "-ksS", "--http1.1", "-o", got.toString(), url);
            assertThat(curl.code).as(curl.output).isZero();
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
        try (FileServer server = settings()
                .tls(TlsSettings.selfSigned())
                .files(explained)
                .build()
                .start()) {
            ReceivedResponse response = RawClient.get(server, "/large.bin");
            assertThat(response.body()).isEqualTo(Tree.LARGE);
            assertThat(response.field("Sluice-Path"))
                    .startsWith("copy=direct, ")
                    .endsWith(", kernel=0, user=" + Tree.LARGE.length + ", tls=openssl");
            assertThat(server.description()).contains(", layer openssl");
        }
    }

    @Test
    void changedFilesAreReadAgainAndBadOnesAreNot() throws Exception {
        TlsCertificate used = certificate("old.example");
        TlsSettings settings = TlsSettings.of(used.chain(), used.key());
        try (FileServer server = settings().tls(settings).build().start();
                RawClient kept = RawClient.of(server)) {
            String old = server.fingerprint();
            TlsCertificate next = certificate("new.example");
            Files.move(next.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
            // The new key does not fit the old certificate: that stays.
            assertThat(RawClient.get(server, "/hello.txt").status()).isEqualTo(200);
            assertThat(server.fingerprint()).isEqualTo(old);
            Files.move(next.chain(), used.chain(), StandardCopyOption.REPLACE_EXISTING);
            Await.until("the new one", () -> !Objects.equals(old, server.fingerprint()));
            assertThat(sClient(server).output).contains("subject=CN = new.example");
            assertThat(kept.get("/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void noRequestFailsWhileCertificatesAreReadAHundredTimes() throws Exception {
        List<TlsCertificate> both = List.of(certificate("one.example"), certificate("two.example"));
        TlsCertificate used =
                new TlsCertificate(keys.resolve("used.crt"), keys.resolve("used.key"));
        copy(both.getFirst(), used);
        TlsSettings settings = TlsSettings.of(used.chain(), used.key());
        try (FileServer server = settings().tls(settings).build().start();
                ExecutorService clients = Executors.newFixedThreadPool(2)) {
            AtomicBoolean over = new AtomicBoolean();
            Callable<Integer> client = () -> {
                int got = 0;
                while (!over.get()) {
                    assertThat(RawClient.get(server, "/medium.bin").body()).isEqualTo(Tree.MEDIUM);
                    got++;
                }
                return got;
            };
            List<Future<Integer>> working = List.of(clients.submit(client), clients.submit(client));
            for (int i = 1; i <= 100; i++) {
                String before = server.fingerprint();
                copy(both.get(i % 2), used);
                server.lookAtCertificates();
                assertThat(server.fingerprint()).isNotEqualTo(before);
            }
            over.set(true);
            for (Future<Integer> work : working) {
                assertThat(work.get()).isPositive();
            }
        }
    }

    /** Beside it, then renamed, as programs that renew certificates do. */
    private void copy(TlsCertificate from, TlsCertificate to) throws IOException {
        for (Path[] pair : new Path[][] {{from.key(), to.key()}, {from.chain(), to.chain()}}) {
            Path beside = Files.copy(pair[0], keys.resolve("beside"));
            Files.move(beside, pair[1], StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void whatCannotBeUsedIsRefusedAtTheStart() throws Exception {
        TlsCertificate good = certificate("good.example");
        TlsCertificate other = certificate("other.example");
        TlsCertificate secret =
                certificate("secret.example", "-passout", "pass:1234", "-days", "30");
        assertRefused(new TlsCertificate(good.chain(), other.key()), "cannot be used");
        assertRefused(secret, "has a passphrase");
        assertRefused(new TlsCertificate(good.key(), good.key()), "good.example.key");
        assertRefused(new TlsCertificate(keys.resolve("none"), good.key()), "no such file");
    }

    private void assertRefused(TlsCertificate certificate, String reason) {
        TlsSettings settings = new TlsSettings(List.of(certificate), null, null, null);
        assertThatIOException()
                .isThrownBy(() -> settings().tls(settings).build().start().close())
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "POSIX_AIO", "ASYNC_CHANNEL", "SELECTOR", "VIRTUAL"})
    void modelsThatDoNotCallSocketsThemselvesAreRefused(Model model) {
        Machinery machinery = Machinery.defaults().withModel(model);
        assumeTrue(machinery.refusal() == null, "not here");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings()
                        .machinery(machinery)
                        .tls(TlsSettings.selfSigned())
                        .build()
                        .start())
                .withMessageContaining("model " + model.label() + " cannot speak TLS");
    }

    @Test
    void plainHttpRedirectsToTheSameTarget() throws Exception {
        InetSocketAddress plain = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        TlsSettings settings =
                TlsSettings.selfSigned().withRedirect(plain).withHsts(Duration.ofDays(365));
        try (FileServer server = settings().tls(settings).build().start();
                HttpClient client = HttpClient.newHttpClient()) {
            URI asked = URI.create("http://localhost:" + server.redirectPort() + "/a%20b?c=d");
            var redirect =
                    client.send(HttpRequest.newBuilder(asked).build(), BodyHandlers.discarding());
            assertThat(redirect.statusCode()).isEqualTo(308);
            assertThat(redirect.headers().firstValue("Location"))
                    .hasValue("https://localhost:" + server.port() + "/a%20b?c=d");
            assertThat(RawClient.get(server, "/hello.txt").field("Strict-Transport-Security"))
                    .isEqualTo("max-age=31536000");
        }
    }
}
