package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server as its operator sees it. */
final class OperationsProcessTest {
    private static final Pattern ADMIN = Pattern.compile("admin at (http://\\S+/)");

    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private Path errors;

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(root.resolve("hello.txt"), "hello");
        errors = elsewhere.resolve("errors");
    }

    private static String ask(URI at, String path) throws IOException {
        HttpURLConnection asking = (HttpURLConnection) at.resolve(path).toURL().openConnection();
        assertThat(asking.getResponseCode()).isEqualTo(200);
        return new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theAdminListenerTellsWhereItIsAndHasTheMetrics() throws Exception {
        try (ServeProcess server = ServeProcess.start(
                errors, root.toString(), "--admin", "0", "--access-log", "/dev/full")) {
            Matcher admin = ADMIN.matcher(Files.readString(errors));
            assertThat(admin.find()).isTrue();
            URI at = URI.create(admin.group(1));
            assertThat(at.getHost()).isEqualTo("127.0.0.1");
            assertThat(ask(at, "/readyz")).isEqualTo("ready\n");
            assertThat(ask(server.uri(), "/hello.txt")).isEqualTo("hello");
            // What cannot be written is lost, and counted.
            String metrics;
            do {
                metrics = ask(at, "/metrics");
            } while (!metrics.contains("\nsluice_access_log_lost_lines_total 1\n"));
            assertThat(metrics).contains("\nsluice_requests_total 1\n");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void theAdminListenerOfOtherMachinesHasToBeNamed() throws Exception {
        assertThat(ServeProcess.refused(List.of(), errors, root.toString(), "--admin", "0.0.0.0:0"))
                .isEqualTo(Exit.USAGE);
        assertThat(Files.readString(errors)).contains("add --admin-anywhere");
        try (ServeProcess server = ServeProcess.start(
                errors, root.toString(), "--admin", "0.0.0.0:0", "--admin-anywhere")) {
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void aHangupReopensTheLog() throws Exception {
        Path log = elsewhere.resolve("access.log");
        try (ServeProcess server =
                ServeProcess.start(errors, root.toString(), "--access-log", log.toString())) {
            Files.move(log, elsewhere.resolve("renamed"));
            server.signal("HUP");
            server.awaitWords("SIGHUP: reopening the access log");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        assertThat(log).exists();
    }
}
