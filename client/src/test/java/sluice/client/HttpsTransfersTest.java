package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.TlsProvider;
import sluice.io.TlsTrust;
import sluice.linux.OpenSsl;
import sluice.server.FileServer;
import sluice.server.Sluice;
import sluice.server.Uploads;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import javax.net.ssl.SSLSocket;

/** Downloads and uploads over https: from whom, and what breaks them. */
final class HttpsTransfersTest {
    private static final byte[] CONTENT = new byte[3_000_001];

    static {
        new Random(5).nextBytes(CONTENT);
    }

    @TempDir
    private static Path authority;

    /** For localhost and 127.0.0.1, of an authority that only this test knows. */
    private static Issued certificate;

    private final Recorder recorder = new Recorder();

    @TempDir
    private Path root;

    @TempDir
    private Path keys;

    @TempDir
    private Path here;

    private Path back;

    @BeforeAll
    static void issue() throws Exception {
        certificate = Issued.of(authority, "dns:localhost,ip:127.0.0.1", "-1H");
    }

    @BeforeEach
    void plant() throws IOException {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        Files.write(root.resolve("file"), CONTENT);
        back = here.resolve("back");
    }

    private FileServer server(Issued certificate) throws IOException {
        return Sluice.builder()
                .root(root)
                .port(0)
                .allowHost("*")
                .uploads(Uploads.defaults())
                .tls(certificate.settings())
                .build()
                .start();
    }

    private static HttpUrl url(FileServer server, String host, String path) {
        return new HttpUrl(true, host, server.port(), path);
    }

    private Download download(HttpUrl url, Transfer.Options options) {
        return new Download(url, back, recorder, recorder).with(options);
    }

    @Test
    void aFileGoesThereAndComesBack() throws Exception {
        Path source = Files.write(here.resolve("source"), CONTENT);
        try (FileServer server = server(certificate)) {
            HttpUrl url = url(server, "localhost", "/new");
            new Upload(source, url, recorder, recorder, null)
                    .with(certificate.trusted())
                    .run();
            assertThat(Files.readAllBytes(root.resolve("new"))).isEqualTo(CONTENT);
            download(url, certificate.trusted()).run();
            assertThat(Files.readAllBytes(back)).isEqualTo(CONTENT);
        }
        assertThat(recorder.notes).isEmpty();
    }

    @Test
    void tornTransfersResume() throws Exception {
        Path source = Files.write(here.resolve("source"), CONTENT);
        try (FileServer server = server(certificate);
                TearingProxy proxy = new TearingProxy(server.port())) {
            HttpUrl url = new HttpUrl(true, "127.0.0.1", proxy.url("/").port(), "/new");
            proxy.tearRequestAfter(1_000_000);
            Upload upload = new Upload(source, url, recorder, recorder, null);
            assertThat(upload.with(certificate.trusted()).run().resumable()).isTrue();
            assertThat(Files.readAllBytes(root.resolve("new"))).isEqualTo(CONTENT);
            proxy.tearAnswerAfter(1_000_000);
            download(url, certificate.trusted()).run();
            assertThat(Files.readAllBytes(back)).isEqualTo(CONTENT);
        }
        assertThat(recorder.notes).hasSize(2);
        assertThat(recorder.begins).anyMatch(phase -> phase.matches("sending [1-9].*"));
        assertThat(recorder.begins).anyMatch(phase -> phase.matches("receiving [1-9].*"));
    }

    @Test
    void aDirectoryGoesThereAndComesBack() throws Exception {
        Path folder = Files.createDirectory(here.resolve("folder"));
        Files.write(folder.resolve("one"), CONTENT);
        Files.writeString(folder.resolve("two"), "2");
        try (FileServer server = server(certificate)) {
            HttpUrl url = url(server, "localhost", "/folder/");
            Transfer.Options options = certificate.trusted();
            TreeUpload.run(folder, url, options, recorder, recorder, null);
            TreeDownload.run(url, back, options, recorder, recorder);
            assertThat(Files.readAllBytes(back.resolve("one"))).isEqualTo(CONTENT);
            assertThat(back.resolve("two")).hasContent("2");
        }
    }

    @Test
    void aServerWhoseIssuerNobodyTrustsGetsNoRequest() throws Exception {
        try (FileServer server = server(certificate)) {
            HttpUrl url = url(server, "localhost", "/file");
            assertThatThrownBy(() -> download(url, Transfer.Options.NONE).run())
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot connect to " + url.authority()
                            + ": its certificate is not accepted: unable to get local issuer"
                            + " certificate; if you know better, name the certificate of its issuer"
                            + " with --cacert");
            assertThat(server.count(Counter.BYTES_FROM_FILES)).isZero();
        }
        assertThat(recorder.pauses).isEmpty();
    }

    @Test
    void aServerHasToProveTheNameOrTheAddressOfTheUrl() throws Exception {
        Issued stranger = Issued.of(keys, "dns:*.example,dns:127.0.0.1", "-1H");
        try (FileServer server = server(stranger)) {
            for (String host : List.of("localhost", "127.0.0.1")) {
                assertThatThrownBy(() -> download(url(server, host, "/file"), stranger.trusted())
                                .run())
                        .hasMessageContaining("its certificate is not accepted: ")
                        .hasMessageContaining("mismatch");
            }
        }
    }

    @Test
    void aCertificateThatHasExpiredIsNotAccepted() throws Exception {
        Issued expired = Issued.of(keys, "dns:localhost", "-10d");
        try (TlsServer server = new TlsServer(expired, "", false)) {
            assertThatThrownBy(() -> download(server.url(), expired.trusted()).run())
                    .hasMessageContaining("certificate has expired");
        }
    }

    @Test
    void whoTrustsEveryoneAsksNobodyWhoItIs() throws Exception {
        Issued other = Issued.of(keys, "dns:other.example", "-1H");
        Transfer.Options everyone = new Transfer.Options(List.of(), 0, TlsTrust.EVERYONE);
        try (FileServer server = server(other)) {
            download(url(server, "localhost", "/file"), everyone).run();
            assertThat(Files.readAllBytes(back)).isEqualTo(CONTENT);
        }
    }

    @Test
    void aRedirectLeadsFromHttpToHttps() throws Exception {
        InetSocketAddress plain = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (FileServer server = Sluice.builder()
                .root(root)
                .port(0)
                .tls(certificate.settings().withRedirect(plain))
                .build()
                .start()) {
            HttpUrl url = new HttpUrl("localhost", server.redirectPort(), "/file");
            download(url, certificate.trusted()).run();
            assertThat(Files.readAllBytes(back)).isEqualTo(CONTENT);
        }
    }

    @Test
    void aServerOfPlainHttpIsToldFromOneThatCannotBeReached() throws Exception {
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            HttpUrl url = url(server, "localhost", "/file");
            assertThatThrownBy(() -> download(url, Transfer.Options.NONE).run())
                    .hasMessage("cannot connect to " + url.authority() + ": it refused TLS 1.2 and"
                            + " 1.3, or does not speak TLS at all (then use http://)");
        }
    }

    /** Without close_notify somebody on the way may have cut it off (RFC 9112 section 9.8). */
    @Test
    void aBodyThatEndsWithItsConnectionIsCompleteOnlyWithCloseNotify() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\n\r\nthe beginning";
        try (TlsServer server = new TlsServer(certificate, answer, true)) {
            download(server.url(), certificate.trusted()).run();
            assertThat(back).hasContent("the beginning");
        }
        Files.delete(back);
        try (TlsServer server = new TlsServer(certificate, answer, false)) {
            assertThatThrownBy(
                            () -> download(server.url(), certificate.trusted()).run())
                    .hasMessageContaining("the server sent the file from the start");
            assertThat(recorder.notes).anyMatch(note -> note.startsWith("the connection broke"));
            assertThat(back).doesNotExist();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "SELECTOR"})
    void theJdkTakesThePlaceOfLibssl(Model model) throws Exception {
        Cell cell = new Cell(model, CopyMode.AUTO);
        Supplier<Caller> byJdk = () -> new Caller(cell, TlsProvider.JDK);
        Path source = Files.write(here.resolve("source"), CONTENT);
        try (FileServer server = server(certificate);
                TearingProxy proxy = new TearingProxy(server.port())) {
            HttpUrl url = new HttpUrl(true, "localhost", proxy.url("/").port(), "/new");
            new Upload(source, url, recorder, recorder, null, byJdk)
                    .with(certificate.trusted())
                    .run();
            assertThat(Files.readAllBytes(root.resolve("new"))).isEqualTo(CONTENT);
            proxy.tearAnswerAfter(1_000_000);
            new Download(url, back, recorder, recorder, byJdk)
                    .with(certificate.trusted())
                    .run();
            assertThat(Files.readAllBytes(back)).isEqualTo(CONTENT);
        }
    }

    @Test
    void theJdkChecksIssuerNameAndTime() throws Exception {
        Issued stranger = Issued.of(keys, "dns:other.example", "-1H");
        try (FileServer server = server(stranger)) {
            HttpUrl url = url(server, "localhost", "/file");
            refusedByTheJdk(url, Transfer.Options.NONE, "unable to get local issuer certificate");
            refusedByTheJdk(url, stranger.trusted(), "ostname mismatch");
            refusedByTheJdk(url(server, "127.0.0.1", "/"), stranger.trusted(), "mismatch");
        }
        Files.delete(stranger.store());
        Issued expired = Issued.of(keys, "dns:localhost", "-10d");
        try (TlsServer server = new TlsServer(expired, "", false)) {
            refusedByTheJdk(server.url(), expired.trusted(), "certificate has expired");
        }
    }

    private void refusedByTheJdk(HttpUrl url, Transfer.Options options, String words) {
        Cell cell = new Cell(Model.best(), CopyMode.AUTO);
        Download download = new Download(
                url, back, recorder, recorder, () -> new Caller(cell, TlsProvider.JDK));
        assertThatThrownBy(() -> download.with(options).run())
                .hasMessageContaining("its certificate is not accepted: ")
                .hasMessageContaining(words);
    }

    @Test
    void authoritiesThatAreNoneAreRefused() throws Exception {
        Path none = Files.writeString(keys.resolve("none"), "nothing");
        var options = new Transfer.Options(List.of(), 0, TlsTrust.of(none));
        HttpUrl url = HttpUrl.parse("https://127.0.0.1:1/");
        assertThatThrownBy(() -> download(url, options).run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(none + " cannot be used: no certificate in PEM");
    }

    /** A server by the JDK that answers each connection with the same octets. */
    private static final class TlsServer implements AutoCloseable {
        private final ServerSocket listener =
                new ServerSocket(0, 9, InetAddress.getLoopbackAddress());

        private final Issued certificate;
        private final byte[] answer;
        private final boolean notifies;

        TlsServer(Issued certificate, String answer, boolean notifies) throws IOException {
            this.certificate = certificate;
            this.answer = answer.getBytes(ISO_8859_1);
            this.notifies = notifies;
            Thread.ofPlatform().daemon().start(this::serve);
        }

        HttpUrl url() {
            return new HttpUrl(true, "localhost", listener.getLocalPort(), "/file");
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (Socket plain = listener.accept();
                        SSLSocket socket = (SSLSocket) certificate
                                .context()
                                .getSocketFactory()
                                .createSocket(plain, null, true)) {
                    socket.setUseClientMode(false);
                    byte[] request = new byte[16 << 10];
                    if (socket.getInputStream().read(request) > 0) {
                        socket.getOutputStream().write(answer);
                        if (!notifies) {
                            plain.shutdownOutput();
                        }
                    }
                } catch (Exception gone) {
                    // The client has left, or the test has ended.
                }
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
