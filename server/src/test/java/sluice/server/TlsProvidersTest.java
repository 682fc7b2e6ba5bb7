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

import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.TlsCertificate;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.RawClient;
import sluice.server.testing.TlsTools;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Who encrypts with which model, and what the JDK does not take. */
class TlsProvidersTest {
    @TempDir
    Path root;

    @TempDir
    Path keys;

    @BeforeEach
    void plant() throws IOException {
        Tree.plant(root);
    }

    private FileServer start(TlsProvider provider, Model model) throws IOException {
        Machinery machinery = Machinery.defaults().withModel(model);
        assumeTrue(machinery.refusal() == null, "not here");
        return start(machinery, TlsSettings.selfSigned().withProvider(provider));
    }

    private FileServer start(Machinery machinery, TlsSettings settings) throws IOException {
        return Sluice.builder()
                .root(root)
                .port(0)
                .allowHost("*")
                .machinery(machinery)
                .tls(settings)
                .build()
                .start();
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, openssl", "BLOCKING, openssl", "SELECTOR, jdk", "VIRTUAL, jdk"})
    void autoIsLibsslWhereThatRunsAndElseTheJdk(Model model, String who) throws IOException {
        assumeTrue(OpenSsl.refusal() == null, OpenSsl.refusal());
        try (FileServer server = start(TlsProvider.AUTO, model)) {
            assertThat(server.description()).contains(", layer " + who);
            assertThat(server.tlsLibrary())
                    .startsWith(who.equals("jdk") ? "TLS of JDK " : "OpenSSL ");
            assertThat(RawClient.get(server, "/large.bin").body()).isEqualTo(Tree.LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "POSIX_AIO", "ASYNC_CHANNEL", "SELECTOR", "VIRTUAL"})
    void libsslRefusesModelsThatDoNotCallSocketsThemselves(Model model) {
        assumeTrue(OpenSsl.refusal() == null, OpenSsl.refusal());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(TlsProvider.OPENSSL, model).close())
                .withMessageContaining("model " + model.label() + " cannot speak TLS: libssl");
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "POSIX_AIO", "ASYNC_CHANNEL"})
    void modelsWhoseCallsCompleteLaterCannotSpeakTls(Model model) {
        for (TlsProvider provider : List.of(TlsProvider.JDK, TlsProvider.AUTO)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start(provider, model).close())
                    .withMessageContaining("model " + model.label() + " cannot speak TLS: ")
                    .withMessageContaining("use --model epoll");
        }
    }

    @Test
    void theJdkTakesNeitherTicketKeysNorAKeyInAnOldForm() throws Exception {
        TlsTools tools = new TlsTools(keys);
        TlsCertificate good = tools.certificate("a.example");
        Path tickets = Files.write(keys.resolve("tickets"), Tree.random(80));
        assertThatIOException()
                .isThrownBy(() -> start(
                                Machinery.defaults(),
                                new TlsSettings(
                                        List.of(good), tickets, null, null, TlsProvider.JDK))
                        .close())
                .withMessageContaining("leave out --tls-ticket-keys");
        Path old = keys.resolve("old.key");
        assertThat(tools.run(
                                "",
                                "openssl",
                                "ec",
                                "-in",
                                good.key().toString(),
                                "-out",
                                old.toString())
                        .code())
                .isZero();
        TlsSettings settings = TlsSettings.of(good.chain(), old).withProvider(TlsProvider.JDK);
        assertThatIOException()
                .isThrownBy(() -> start(Machinery.defaults(), settings).close())
                .withMessageContaining("is not in PKCS #8");
    }
}
