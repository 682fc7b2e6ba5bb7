package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.linux.Probe;

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
                "--seccomp-bpf",
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

    /** Since Linux 6.14 the rings of a user without CAP_IPC_LOCK count as locked memory. */
    private static List<String> lockingAtMost(int bytes) throws Exception {
        List<String> before =
                List.of("prlimit", "--memlock=" + bytes, "setpriv", "--bounding-set=-ipc_lock");
        List<String> attempt = Stream.concat(before.stream(), Stream.of("true")).toList();
        try {
            int code = new ProcessBuilder(attempt).inheritIO().start().waitFor();
            assumeTrue(code == 0, "prlimit(1) and setpriv(1) cannot limit a process here");
        } catch (IOException e) {
            assumeTrue(false, "prlimit(1) or setpriv(1) is not here");
        }
        return before;
    }

    @Test
    void ringsAreSmallerWhereLittleMemoryMayBeLockedAndThatIsSaid() throws Exception {
        assumeTrue(Probe.of(Probe.IO_URING).available(), "this machine has no io_uring");
        Files.writeString(root.resolve("small"), "small");
        Path errors = elsewhere.resolve("errors");
        try (ServeProcess server = ServeProcess.start(
                lockingAtMost(300_000),
                errors,
                root.toString(),
                "--model=io_uring",
                "--reactor=single")) {
            assertThat(body(server, "/small")).asString().isEqualTo("small");
            if (countsRings()) {
                assertThat(server.errors()).contains("operations, not 4096", "ulimit -l");
            }
        }
    }

    /** Nothing for the probe's ring, or no more than that. */
    @ParameterizedTest
    @ValueSource(ints = {0, 8_192})
    void aServerWithoutMemoryForItsRingsSaysWhatToRaise(int bytes) throws Exception {
        assumeTrue(Probe.of(Probe.IO_URING).available(), "this machine has no io_uring");
        assumeTrue(countsRings(), "this kernel does not count rings as locked memory");
        Process server = ServeProcess.command(
                        lockingAtMost(bytes),
                        List.of("serve", root.toString(), "--port=0", "--model=io_uring"))
                .redirectErrorStream(true)
                .start();
        assertThat(new String(server.getInputStream().readAllBytes(), UTF_8))
                .contains("io_uring", "ENOMEM", "raise ulimit -l")
                .doesNotContain("Exception", "sysctl");
        assertThat(server.waitFor()).isEqualTo(Exit.FAILED);
    }

    private static boolean countsRings() {
        String[] version = System.getProperty("os.version").split("[.-]");
        int major = Integer.parseInt(version[0]);
        return major > 6 || major == 6 && Integer.parseInt(version[1]) >= 14;
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
