package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.OpenSsl;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice serve} with options for https, as a process. */
final class HttpsProcessTest {
    private Path root;
    private Path errors;

    @BeforeEach
    void plant(@TempDir Path site, @TempDir Path elsewhere) throws IOException {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        root = site;
        errors = elsewhere.resolve("errors");
    }

    @Test
    void theFirstLineHasTheAddressAndStderrTheLibraryAndTheFingerprint() throws Exception {
        try (ServeProcess server = ServeProcess.start(
                errors, root.toString(), "--tls-self-signed", "--redirect-http", "0")) {
            assertThat(server.uri().getScheme()).isEqualTo("https");
            assertThat(Files.readString(errors))
                    .contains("layer openssl")
                    .containsPattern("OpenSSL 3\\S+ .*, SHA-256 of the certificate [0-9A-F:]{95}\n")
                    .containsPattern("plain http at port [0-9]+ redirects to https");
        }
    }

    @Test
    void anAddressOfTheFileMaySpeakPlainHttp() throws Exception {
        Files.writeString(root.resolve("file"), "content");
        Path file = Files.writeString(errors.resolveSibling("s.toml"), """
            [[listen]]
            [[listen]]
            host = "127.0.0.1"
            port = 0
            tls = false
            [tls]
            self-signed = true
            [[site]]
            root = '%s'
            """.formatted(root));
        try (ServeProcess server = ServeProcess.start(errors, "--config", file.toString())) {
            Matcher plain = Pattern.compile("plain http at (\\S+)").matcher(server.errors());
            assertThat(plain.find()).as(server.errors()).isTrue();
            URI at = URI.create(plain.group(1));
            assertThat(SteadyClient.get(at, "localhost", "/file")).endsWith("content");
            assertThat(SteadyClient.get(server.uri(), "localhost", "/file")).endsWith("content");
        }
    }

    @Test
    void theStartSaysWhichProtocolsItSpeaks() throws Exception {
        try (ServeProcess _ = ServeProcess.start(errors, root.toString(), "--tls-self-signed")) {
            assertThat(Files.readString(errors)).contains(", h2 and http/1.1");
        }
        try (ServeProcess _ = ServeProcess.start(
                errors, root.toString(), "--tls-self-signed", "--model", "blocking")) {
            assertThat(Files.readString(errors)).contains(", http/1.1 alone (HTTP/2 sends and");
        }
        try (ServeProcess _ = ServeProcess.start(errors, root.toString(), "--h2c")) {
            assertThat(Files.readString(errors)).contains(", h2c and http/1.1");
        }
        assertThat(refused("--h2c", "--model", "virtual"))
                .startsWith("sluice: HTTP/2 sends and receives at once, and the threads of model")
                .hasLineCount(1);
    }

    @Test
    void theJdkEncryptsIfAskedTo() throws Exception {
        try (ServeProcess server = ServeProcess.start(
                errors, root.toString(), "--tls-self-signed", "--tls-provider", "jdk")) {
            assertThat(server.uri().getScheme()).isEqualTo("https");
            assertThat(Files.readString(errors))
                    .contains("layer jdk")
                    .contains("TLS of JDK " + Runtime.version() + ", SHA-256 of the certificate ");
        }
    }

    @Test
    void getTrustsItIfToldToAndSaysSo() throws Exception {
        Files.writeString(root.resolve("file"), "content");
        Path back = errors.resolveSibling("back");
        StringWriter err = new StringWriter();
        try (ServeProcess server =
                ServeProcess.start(errors, root.toString(), "--tls-self-signed")) {
            String url = server.uri() + "file";
            assertThat(get(err, url, "-o", back.toString())).isEqualTo(Exit.FAILED);
            assertThat(err.toString())
                    .startsWith("sluice: cannot connect to 127.0.0.1:")
                    .contains("its certificate is not accepted: self-signed certificate")
                    .hasLineCount(1);
            err.getBuffer().setLength(0);
            assertThat(get(err, url, "-o", back.toString(), "--insecure")).isEqualTo(Exit.OK);
            assertThat(back).hasContent("content");
            assertThat(err.toString()).startsWith("sluice: --insecure: nobody checks who");
        }
        assertThat(get(err, "https://localhost/a", "-k", "--cacert", "b")).isEqualTo(Exit.USAGE);
    }

    private static int get(StringWriter err, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "get";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), all);
    }

    @Test
    void whatCannotBeReadOrRunIsOneLine() throws Exception {
        Path key = Files.writeString(errors.resolveSibling("key"), "no key");
        assertThat(refused("--tls-cert", key.toString(), "--tls-key", key.toString()))
                .startsWith("sluice: ")
                .contains(key.toString())
                .hasLineCount(1);
        assertThat(refused("--tls-self-signed", "--model", "selector", "--tls-provider", "openssl"))
                .startsWith("sluice: model selector cannot speak TLS")
                .hasLineCount(1);
        assertThat(refused("--tls-self-signed", "--copy", "sendfile"))
                .startsWith("sluice: copy path sendfile sends bytes as they are in the file")
                .hasLineCount(1);
    }

    private String refused(String... options) throws Exception {
        String[] arguments = new String[options.length + 1];
        arguments[0] = root.toString();
        System.arraycopy(options, 0, arguments, 1, options.length);
        assertThat(ServeProcess.refused(List.of(), errors, arguments)).isEqualTo(Exit.FAILED);
        return Files.readString(errors);
    }
}
