package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A kernel, filter or sandbox that refuses a system call, which strace(1) plays. */
final class RefusedCallsTest {
    private static final int MORE_THAN_MEMORY_HOLDS = 300_000;

    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private static List<String> refusing(String call, String error) throws Exception {
        List<String> strace = List.of(
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=" + call,
                "-e",
                "inject=" + call + ":error=" + error);
        List<String> attempt = Stream.concat(strace.stream(), Stream.of("true")).toList();
        try {
            int code = new ProcessBuilder(attempt).inheritIO().start().waitFor();
            assumeTrue(code == 0, "strace(1) may not inject errors here");
        } catch (IOException e) {
            assumeTrue(false, "strace(1) is not here");
        }
        return strace;
    }

    @ParameterizedTest
    @CsvSource({
        "statx, ENOSYS, refuses statx(2)",
        "openat2, ENOSYS, refuses openat2(2)",
        "openat2, EPERM, refuses openat2(2)",
        "preadv2, ENOSYS, ''",
        "preadv2, EPERM, ''",
        "fstatfs, ENOSYS, ''"
    })
    void filesAreServedByAnotherCallAndThatIsSaidOnce(String call, String error, String words)
            throws Exception {
        byte[] large = new byte[MORE_THAN_MEMORY_HOLDS];
        Arrays.fill(large, (byte) 'x');
        Files.write(root.resolve("large"), large);
        Files.writeString(root.resolve("small"), "small");
        Files.createSymbolicLink(root.resolve("link"), Path.of("small"));
        Files.createSymbolicLink(root.resolve("outside"), elsewhere);
        Path errors = elsewhere.resolve("errors");
        try (ServeProcess server =
                ServeProcess.start(refusing(call, error), errors, root.toString(), "--writable")) {
            assertThat(body(server, "/small")).asString().isEqualTo("small");
            assertThat(body(server, "/link")).asString().isEqualTo("small");
            assertThat(body(server, "/large")).isEqualTo(large);
            assertThat(body(server, "/")).asString().contains("small", "link");
            assertThat(status(server, "GET", "/nothing")).isEqualTo(404);
            assertThat(status(server, "GET", "/outside/errors")).isEqualTo(404);
            assertThat(status(server, "DELETE", "/small")).isEqualTo(204);
            assertThat(status(server, "PUT", "/small")).isEqualTo(201);
            if (!words.isEmpty()) {
                assertThat(server.errors()).containsOnlyOnce(words);
            }
            assertThat(server.errors()).doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendfile", "splice"})
    void theDoctorSaysWhichCopyCallIsRefusedForFilesOfItsFolder(String call) throws Exception {
        Files.writeString(root.resolve("file"), "x");
        Process doctor = ServeProcess.command(
                        refusing(call, "EINVAL"), List.of("doctor", root.toString()))
                .redirectError(elsewhere.resolve("errors").toFile())
                .start();
        assertThat(new String(doctor.getInputStream().readAllBytes(), UTF_8))
                .containsPattern(call + " +EINVAL.*\n.*the server reads and sends instead");
        assertThat(doctor.waitFor()).isZero();
    }

    private static HttpURLConnection ask(ServeProcess server, String method, String target)
            throws IOException {
        var connection =
                (HttpURLConnection) server.uri().resolve(target).toURL().openConnection();
        connection.setRequestMethod(method);
        return connection;
    }

    private static int status(ServeProcess server, String method, String target)
            throws IOException {
        return ask(server, method, target).getResponseCode();
    }

    private static byte[] body(ServeProcess server, String target) throws IOException {
        try (InputStream in = ask(server, "GET", target).getInputStream()) {
            return in.readAllBytes();
        }
    }
}
