package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Linux;
import sluice.linux.OpenSsl;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A running server is told new settings. */
final class ReloadProcessTest {
    /** Enough to find a request that is lost; {@link #MANY} for what is rare. */
    private static final int FEW = 5;

    private static final int MANY = 100;

    private Path directory;
    private Path file;
    private Path errors;
    private Path control;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void plant(@TempDir Path temporary) throws IOException {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        directory = temporary.toRealPath();
        // A sandbox lets the server read the directory of its settings.
        file = Files.createDirectory(directory.resolve("etc")).resolve("s.toml");
        errors = directory.resolve("errors");
        // In a sandbox its directory may be changed.
        control = Files.createDirectory(directory.resolve("run")).resolve("control");
        for (String name : List.of("red", "blue")) {
            Path root = Files.createDirectory(directory.resolve(name));
            Files.writeString(root.resolve("color"), name);
            Files.writeString(root.resolve("index.html"), name.repeat(100_000));
        }
    }

    /** Replaces the file as an editor does. */
    private void settings(String toml) throws IOException {
        Path next = directory.resolve("next.toml");
        Files.writeString(next, toml.replace("DIR", directory.toString()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private ServeProcess serve(String... more) throws IOException {
        return ServeProcess.start(
                errors,
                Stream.concat(
                                Stream.of(
                                        "--config",
                                        file.toString(),
                                        "--control",
                                        control.toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private int reload(String... arguments) {
        said.getBuffer().setLength(0);
        PrintWriter to = new PrintWriter(said, true);
        String[] all = arguments.length > 0
                ? arguments
                : new String[] {"reload", "--control", control.toString()};
        return Main.run(to, to, all);
    }

    private static String get(ServeProcess server, String host, String path) throws IOException {
        return SteadyClient.get(server.uri(), host, path);
    }

    @Test
    void sitesRulesAndAllowedHostsCountFromTheNextRequestOn() throws Exception {
        settings("[[site]]\nroot = 'DIR/red'\n");
        try (ServeProcess server = serve()) {
            assertThat(get(server, "localhost", "/color"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("red");
            assertThat(get(server, "b.example", "/color")).startsWith("HTTP/1.1 421");
            settings("""
                [[listen]]
                allow-host = ["r.example"]
                [[site]]
                root = 'DIR/red'
                header = ["X-New: yes"]
                [[site]]
                host = 'b.example'
                root = 'DIR/blue'
                """);
            assertThat(reload()).isEqualTo(Exit.OK);
            assertThat(said.toString()).contains("the settings were read again; sites: 2");
            assertThat(get(server, "localhost", "/color"))
                    .contains("X-New: yes")
                    .endsWith("red");
            assertThat(get(server, "b.example", "/color")).endsWith("blue");
            assertThat(get(server, "r.example", "/color")).endsWith("red");

            settings("[[site]]\nroot = 'DIR/blue'\n");
            server.signal("HUP");
            server.awaitWords("SIGHUP: the settings were read again; sites: 1");
            assertThat(get(server, "localhost", "/color")).endsWith("blue");
            assertThat(get(server, "b.example", "/color")).startsWith("HTTP/1.1 421");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        assertThat(control).doesNotExist();
    }

    @Test
    void aFileThatIsWrongChangesNothingAndEverybodyLearnsWhy() throws Exception {
        settings("[[site]]\nroot = 'DIR/red'\n");
        try (ServeProcess server = serve()) {
            settings("[[site]]\nroot = 'DIR/blue'\nlistings = false\n");
            assertThat(reload()).isEqualTo(Exit.FAILED);
            String reason = file + ":3:1: there is no setting 'listings' in [[site]]; did you mean"
                    + " 'listing'?";
            assertThat(said.toString()).contains(reason);
            assertThat(server.errors())
                    .contains("sluice reload: the settings stay as they were: " + reason);
            settings("[[site]]\nroot = 'DIR/none'\n");
            assertThat(reload()).isEqualTo(Exit.FAILED);
            assertThat(said.toString())
                    .contains(file + ":2:1: " + directory + "/none is no directory");
            assertThat(get(server, "localhost", "/color")).endsWith("red");
        }
    }

    @Test
    void whatIsDecidedAtTheStartIsRefusedByItsName() throws Exception {
        settings("[[site]]\nroot = 'DIR/red'\n");
        try (ServeProcess server = serve()) {
            settings("""
                [[listen]]
                port = 1
                [[listen]]
                host = "127.0.0.1"
                port = 2
                [[site]]
                root = 'DIR/blue'
                [limits]
                max-connections = 12
                """);
            assertThat(reload()).isEqualTo(Exit.FAILED);
            assertThat(said.toString())
                    .contains(file + ":9:1: max-connections of [limits] cannot change while the"
                            + " server runs; restart the server")
                    .contains("the second and later [[listen]] cannot change")
                    // The command line says the port, before and after.
                    .doesNotContain("port of");
            assertThat(get(server, "localhost", "/color")).endsWith("red");
        }
    }

    @Test
    void aDirectoryThatTheSandboxDoesNotKnowIsRefused() throws Exception {
        assumeTrue(Sandbox.refusal(false) == null, "no landlock here");
        settings("[[site]]\nroot = 'DIR/red'\n");
        try (ServeProcess server = serve("--sandbox", "on")) {
            settings("[[site]]\nroot = 'DIR/red'\nlisting = false\n");
            assertThat(reload()).as(said.toString()).isEqualTo(Exit.OK);
            settings("[[site]]\nroot = 'DIR/blue'\n");
            assertThat(reload()).isEqualTo(Exit.FAILED);
            assertThat(said.toString())
                    .contains(file + ":2:1: " + directory + "/blue is not what the sandbox was made"
                            + " for; restart the server");
            settings("[[site]]\nroot = 'DIR/red'\nwritable = true\n");
            assertThat(reload()).isEqualTo(Exit.FAILED);
            assertThat(said.toString()).contains("/red, writable, is not what the sandbox");
            settings("[[site]]\nroot = 'DIR/red'\napp = ['/a unix:/run/none DIR/blue']\n");
            assertThat(reload()).isEqualTo(Exit.FAILED);
            settings("[[site]]\nroot = 'DIR/red'\napp = ['/a http://127.0.0.1:9']\n");
            assertThat(reload()).isEqualTo(Exit.FAILED);
            assertThat(said.toString())
                    .contains(": an application at port 9 is not what the sandbox was made for");
            assertThat(get(server, "localhost", "/color")).endsWith("red");
        }
    }

    @Test
    void theServerToReloadIsNamedByItsSocketOrByItsFile() throws Exception {
        assertThat(reload()).isEqualTo(Exit.FAILED);
        assertThat(said.toString()).contains("no server listens at " + control);
        assertThat(reload("reload")).isEqualTo(Exit.USAGE);
        settings("[[site]]\nroot = 'DIR/red'\n[admin]\ncontrol = '" + control + "'\n");
        try (ServeProcess server = ServeProcess.start(errors, "--config", file.toString())) {
            assertThat(reload("reload", "--config", file.toString())).isEqualTo(Exit.OK);
            assertThat(ServeProcess.refused(
                            List.of(), directory.resolve("e"), "--config", file.toString()))
                    .isEqualTo(Exit.FAILED);
            assertThat(Files.readString(directory.resolve("e")))
                    .contains("a server that runs has the control socket " + control);
            server.signal("KILL");
            server.exitCode();
        }
        // Nobody listens to it any more.
        assertThat(control).exists();
        try (ServeProcess server = ServeProcess.start(errors, "--config", file.toString())) {
            assertThat(reload("reload", "--config", file.toString())).isEqualTo(Exit.OK);
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    /** A new one, that signs itself, in place of the one before. */
    private void certificate(int number) throws Exception {
        List<String> command = List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + number,
                "-keyout",
                directory + "/key",
                "-out",
                directory + "/chain");
        int code = -1;
        try {
            code = new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            assumeTrue(false, "no openssl to make certificates");
        }
        assertThat(code).isZero();
    }

    private void certificatesUnderLoad(int count) throws Exception {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        settings("[[site]]\nroot = 'DIR/red'\n");
        certificate(0);
        String chain = directory + "/chain";
        try (ServeProcess server = serve("--tls-cert", chain, "--tls-key", directory + "/key");
                SteadyClient.Several clients = SteadyClient.several(server.uri())) {
            for (int i = 1; i <= count; i++) {
                certificate(i);
                assertThat(reload()).as(said.toString()).isEqualTo(Exit.OK);
                clients.awaitMore();
                assertThat(SteadyClient.subject(server.uri())).isEqualTo("CN=" + i);
            }
            assertThat(clients.failures()).isEmpty();
        }
    }

    @Test
    void noRequestFailsWhileCertificatesChange() throws Exception {
        certificatesUnderLoad(FEW);
    }

    @Tag("thorough")
    @Test
    void noRequestFailsWhileCertificatesChangeAHundredTimes() throws Exception {
        certificatesUnderLoad(MANY);
    }

    private void reloadsUnderLoad(int count) throws Exception {
        String red = "[[site]]\nroot = 'DIR/red'\n";
        String blue = "[[site]]\nroot = 'DIR/blue'\nheader = ['X-New: yes']\n";
        settings(red);
        try (ServeProcess server = serve();
                SteadyClient.Several clients = SteadyClient.several(server.uri())) {
            for (int i = 0; i < count; i++) {
                settings(i % 2 == 0 ? blue : red);
                clients.awaitMore();
                assertThat(reload()).as(said.toString()).isEqualTo(Exit.OK);
                assertThat(get(server, "localhost", "/color"))
                        .endsWith(i % 2 == 0 ? "blue" : "red");
            }
            assertThat(clients.failures()).isEmpty();
        }
    }

    @Test
    void noRequestFailsWhileSettingsChange() throws Exception {
        reloadsUnderLoad(FEW);
    }

    @Tag("thorough")
    @Test
    void noRequestFailsWhileSettingsChangeAHundredTimes() throws Exception {
        reloadsUnderLoad(MANY);
    }
}
