package sluice.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import sluice.io.TlsCertificate;
import sluice.server.FileServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of other people that make certificates and speak TLS, and a directory for files. */
public final class TlsTools {
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;

    public TlsTools(Path directory) {
        this.directory = directory;
    }

    /** How a client ended, and what it wrote to both outputs. */
    public record Run(int code, String output) {}

    /** Runs a client; skips the test where that is not installed. */
    public Run run(String input, String... command) throws Exception {
        boolean there = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(place -> Files.isExecutable(Path.of(place, command[0])));
        assumeTrue(there, command[0] + " is not installed");
        Path output = directory.resolve("output");
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

    /** One that signs itself; {@code more} replaces {@code -nodes -days 30}. */
    public TlsCertificate certificate(String name, String... more) throws Exception {
        Path chain = directory.resolve(name + ".crt");
        Path key = directory.resolve(name + ".key");
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

    /** A certificate that has expired yesterday, without its key. */
    public Path expired(String name) throws Exception {
        TlsCertificate request = certificate(name);
        Path expired = directory.resolve(name + ".old");
        Run made = run(
                "",
                "openssl",
                "x509",
                "-in",
                request.chain().toString(),
                "-signkey",
                request.key().toString(),
                "-days",
                "-1",
                "-out",
                expired.toString());
        assertThat(made.code).as(made.output).isZero();
        return expired;
    }

    public Run sClient(FileServer server, String... options) throws Exception {
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
}
