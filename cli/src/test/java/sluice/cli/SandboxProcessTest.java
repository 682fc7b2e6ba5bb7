package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The kernel keeps a server from what it does not serve, whatever its code tries. */
final class SandboxProcessTest {
    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private Path outside;
    private Path errors;

    @BeforeEach
    void plant() throws IOException {
        String refusal = Sandbox.refusal(true);
        assumeTrue(refusal == null, String.valueOf(refusal));
        Files.writeString(root.resolve("file"), "content");
        outside = Files.writeString(elsewhere.resolve("outside"), "secret");
        errors = elsewhere.resolve("errors");
        Files.createSymbolicLink(root.resolve("link"), outside);
    }

    @Test
    void codeInsideCannotOpenAFileOutsideEvenOnPurpose() throws Exception {
        String told;
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServeProcess process = ServeProcess.program(
                        List.of(),
                        Confined.class,
                        errors,
                        root.toString(),
                        outside.toString(),
                        Integer.toString(listening.getLocalPort()))) {
            told = process.outputUntil("end\n");
        }
        assertThat(told.lines())
                .as(Files.readString(errors))
                .contains(
                        "holds true",
                        "inside: content",
                        "main thread: refused",
                        "new thread: refused",
                        "pool: refused",
                        "system call: refused",
                        "link: refused",
                        "descriptor: refused",
                        "list: refused",
                        "write inside: refused",
                        "write outside: refused",
                        "program: refused",
                        "connect: refused",
                        "end");
        assertThat(outside).hasContent("secret");
    }

    private static String get(URI at, String path) throws IOException {
        return new String(at.resolve(path).toURL().openStream().readAllBytes(), UTF_8);
    }

    private static int put(URI at, String content) throws IOException {
        HttpURLConnection asking = (HttpURLConnection) at.toURL().openConnection();
        asking.setRequestMethod("PUT");
        asking.setDoOutput(true);
        asking.getOutputStream().write(content.getBytes(UTF_8));
        return asking.getResponseCode();
    }

    @Test
    void whatASettingsFileNamesIsReadInside() throws Exception {
        Path mounted = Files.createDirectory(elsewhere.resolve("mounted"));
        Files.writeString(mounted.resolve("image"), "pixels");
        Path users = Files.writeString(
                elsewhere.resolve("users"),
                "ann:$2y$04$Q9vE0r1pWEWnUu3vVNOYqu0Wg0cdyCWQ3cbQy6u0sS2oVxcuQq0pK\n");
        Path config = Files.writeString(
                elsewhere.resolve("sluice.toml"), """
                    [[site]]
                    root = "%s"
                    mount = ["/m=%s"]
                    [[site]]
                    host = "closed.example"
                    root = "%s"
                    auth-file = "%s"
                    """.formatted(root, mounted, root, users));
        try (ServeProcess server =
                ServeProcess.start(errors, "--config", config.toString(), "--sandbox", "on")) {
            assertThat(Files.readString(errors)).contains("sluice: sandbox: the process can open");
            assertThat(get(server.uri(), "/m/image")).isEqualTo("pixels");
        }
    }

    @Test
    void aServerThatOthersReachIsConfinedAndServesAsEver() throws Exception {
        Path log = Files.createDirectory(elsewhere.resolve("logs")).resolve("access.log");
        try (ServeProcess server = ServeProcess.start(
                errors,
                root.toString(),
                "--host",
                "0.0.0.0",
                "--writable",
                "--compress",
                "--compress-cache",
                elsewhere.resolve("cache").toString(),
                "--access-log",
                log.toString())) {
            URI at = URI.create("http://127.0.0.1:" + server.uri().getPort());
            assertThat(get(at, "/file")).isEqualTo("content");
            assertThat(Files.readString(errors)).contains("sluice: sandbox: the process can open");
            assertThat(put(at.resolve("/new"), "new")).isEqualTo(201);
            assertThat(root.resolve("new")).hasContent("new");
            Files.move(log, log.resolveSibling("renamed"));
            server.signal("HUP");
            server.awaitWords("SIGHUP: reopening the access log");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        assertThat(log).exists();
    }

    @Test
    void aServerForThisMachineIsConfinedOnlyIfThatIsAskedFor() throws Exception {
        try (ServeProcess server = ServeProcess.start(errors, root.toString())) {
            assertThat(Files.readString(errors)).doesNotContain("sandbox");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        try (ServeProcess server = ServeProcess.start(errors, root.toString(), "--sandbox", "on")) {
            assertThat(Files.readString(errors)).contains("sluice: sandbox: the process can open");
            assertThat(get(server.uri(), "/file")).isEqualTo("content");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void whatCannotBeConfinedIsToldOrRefused() throws Exception {
        try (ServeProcess server = ServeProcess.start(
                errors, root.toString(), "--host", "0.0.0.0", "--symlinks", "all")) {
            assertThat(Files.readString(errors)).contains("sluice: no sandbox: --symlinks all");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        assertThat(ServeProcess.refused(List.of(), errors, "/", "--sandbox", "on"))
                .isEqualTo(Exit.FAILED);
        assertThat(Files.readString(errors)).contains("no sandbox: all of / is served");
    }

    @Test
    void aMarkInTheEnvironmentIsNoSandbox() throws Exception {
        List<String> pretending = List.of("env", "SLUICE_CONFINED_AS=/tmp/none");
        assertThat(ServeProcess.refused(pretending, errors, root.toString()))
                .isEqualTo(Exit.FAILED);
        assertThat(Files.readString(errors)).contains("the sandbox does not hold");
    }

    @Test
    void theNextServerDeletesWhatOneLeaves() throws Exception {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path first;
        try (ServeProcess server = ServeProcess.start(errors, root.toString(), "--sandbox", "on")) {
            first = temporary.resolve("sluice-sandbox-" + server.pid());
            assertThat(first).isDirectory();
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            assertThat(first).isEmptyDirectory();
        }
        try (ServeProcess server = ServeProcess.start(errors, root.toString(), "--sandbox", "on")) {
            assertThat(first).doesNotExist();
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }
}
