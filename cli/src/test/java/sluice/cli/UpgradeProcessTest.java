package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.linux.Linux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server takes the place of another without a pause for clients. */
final class UpgradeProcessTest {
    /** Sparse, and far more than sockets hold. */
    private static final long BIG = 256L << 20;

    private static final int MANY = 10;

    private Path root;
    private Path elsewhere;
    private Path control;
    private int started;

    @BeforeEach
    void plant(@TempDir Path site, @TempDir Path other) throws IOException {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        root = site;
        elsewhere = other;
        control = Files.createDirectory(elsewhere.resolve("run")).resolve("control");
        Files.writeString(root.resolve("color"), "red");
        Files.writeString(root.resolve("index.html"), "red".repeat(100_000));
        try (RandomAccessFile big = new RandomAccessFile(root.resolve("big").toFile(), "rw")) {
            big.setLength(BIG);
        }
    }

    private String[] arguments(String... more) {
        List<String> all = new ArrayList<>(List.of(root.toString()));
        all.addAll(List.of("--control", control.toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private Path errors() {
        return elsewhere.resolve("errors" + started++);
    }

    private ServeProcess first(String... more) throws IOException {
        return ServeProcess.start(errors(), arguments(more));
    }

    /** At the same port, which the first one chose. */
    private ServeProcess next(URI at, String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of("--take-over", "--port", "" + at.getPort()));
        all.addAll(List.of(more));
        return ServeProcess.activated(List.of(), errors(), arguments(all.toArray(String[]::new)));
    }

    private void upgradesUnderLoad(int count, String... more) throws Exception {
        ServeProcess running = first(more);
        URI at = running.uri();
        try (SteadyClient.Several clients = SteadyClient.several(at)) {
            for (int i = 0; i < count; i++) {
                clients.awaitMore();
                ServeProcess before = running;
                running = next(at, more);
                before.awaitWords("process " + running.pid() + " has taken over; this one ends");
                assertThat(before.exitCode()).as(before.errors()).isZero();
                assertThat(before.errors()).doesNotContain("were reset");
                before.close();
            }
            clients.awaitMore();
            assertThat(clients.failures()).isEmpty();
            assertThat(control).exists();
            running.signal("TERM");
            assertThat(running.exitCode()).isZero();
            assertThat(control).doesNotExist();
        } finally {
            running.close();
        }
    }

    @Test
    void noRequestFailsWhileAnotherServerTakesOver() throws Exception {
        upgradesUnderLoad(1);
    }

    @Tag("thorough")
    @Test
    void noRequestFailsWhileTenServersTakeOverInTurn() throws Exception {
        upgradesUnderLoad(MANY);
    }

    @Tag("thorough")
    @ParameterizedTest
    @ValueSource(strings = {"--model=poll", "--reactor=reuse-port", "--tls-self-signed"})
    void noRequestFailsWhateverTheLoopsAre(String option) throws Exception {
        upgradesUnderLoad(2, option);
    }

    @Test
    void aServerInASandboxTakesOverFromAnother() throws Exception {
        assumeTrue(Sandbox.refusal(false) == null, "no landlock here");
        upgradesUnderLoad(1, "--sandbox=on", "--admin=0");
    }

    @Test
    void aDownloadThatHasBegunEndsWhereItBegan() throws Exception {
        try (ServeProcess before = first();
                Download big = Download.begin(before.uri(), "/big");
                ServeProcess after = next(before.uri())) {
            before.awaitWords("has taken over");
            assertThat(SteadyClient.get(after.uri(), "localhost", "/color")).endsWith("red");
            assertThat(big.finish()).isEqualTo(BIG);
            assertThat(before.exitCode()).isZero();
        }
    }

    @Test
    void aServerThatDoesNotStartLeavesTheOneBeforeAsItWas() throws Exception {
        try (ServeProcess running = first()) {
            // It gets the sockets, and then finds no certificate.
            String none = elsewhere.resolve("none").toString();
            String[] wrong = arguments("--take-over", "--tls-cert", none, "--tls-key", none);
            assertThat(ServeProcess.refused(List.of(), errors(), wrong)).isEqualTo(Exit.FAILED);
            running.awaitWords("the server that was to take over did not start");
            assertThat(SteadyClient.get(running.uri(), "localhost", "/color")).endsWith("red");
            // It still listens at its control socket.
            try (ServeProcess after = next(running.uri())) {
                assertThat(running.exitCode()).isZero();
                assertThat(SteadyClient.get(after.uri(), "localhost", "/color")).endsWith("red");
            }
        }
    }

    @Test
    void aModelThatCannotHandItsSocketsOverSaysSo() throws Exception {
        try (ServeProcess running = first("--model", "blocking")) {
            Path errors = errors();
            assertThat(ServeProcess.refused(List.of(), errors, arguments("--take-over")))
                    .isEqualTo(Exit.FAILED);
            assertThat(Files.readString(errors))
                    .contains(
                            "cannot take over: the model of the server that runs cannot hand its");
            assertThat(SteadyClient.get(running.uri(), "localhost", "/color")).endsWith("red");
        }
    }

    @Test
    void whereNobodyRunsItStartsAsEver() throws Exception {
        try (ServeProcess only = first("--take-over")) {
            assertThat(SteadyClient.get(only.uri(), "localhost", "/color")).endsWith("red");
            only.signal("TERM");
            assertThat(only.exitCode()).isZero();
        }
    }
}
