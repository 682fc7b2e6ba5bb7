package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code serve --host unix:FILE}: a server for a proxy on the same machine. */
final class UnixSocketProcessTest {
    @TempDir
    private Path root;

    @TempDir
    private Path run;

    private Path socket;
    private Path errors;

    @BeforeEach
    void plant() throws IOException {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        Files.writeString(root.resolve("hello.txt"), "hello");
        socket = run.resolve("http");
        errors = run.resolve("errors");
    }

    private ServeProcess serve(String... more) throws IOException {
        String[] all = new String[more.length + 3];
        all[0] = root.toString();
        all[1] = "--host";
        all[2] = "unix:" + socket;
        System.arraycopy(more, 0, all, 3, more.length);
        return ServeProcess.activated(List.of(), errors, all);
    }

    private void assertServes() throws IOException {
        assertThat(UnixClient.get(socket, "/hello.txt"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\nhello");
    }

    @Test
    void aConfinedServerMakesItsFilesAndRemovesThem() throws Exception {
        Path admin = run.resolve("admin");
        try (ServeProcess server = serve("--admin", "unix:" + admin, "--sandbox", "on")) {
            assertThat(server.uri()).hasToString("unix:" + socket);
            assertServes();
            assertThat(UnixClient.get(admin, "/healthz")).startsWith("HTTP/1.1 200 ");
            assertThat(errors).content().contains("sluice: admin at unix:" + admin);
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        assertThat(socket).doesNotExist();
        assertThat(admin).doesNotExist();
    }

    @Test
    void aSuccessorGetsTheSocketAndTheFileStays() throws Exception {
        String control = run.resolve("control").toString();
        try (ServeProcess before = serve("--control", control)) {
            assertServes();
            try (ServeProcess after = serve("--control", control, "--take-over")) {
                assertThat(before.exitCode()).isZero();
                assertThat(after.uri()).hasToString("unix:" + socket);
                assertServes();
            }
        }
    }

    @Test
    void aPortIsRefused() throws Exception {
        int code = ServeProcess.refused(
                List.of(), errors, root.toString(), "--host", "unix:" + socket);
        assertThat(code).isEqualTo(Exit.USAGE);
        assertThat(errors)
                .content()
                .contains("--port has no effect with --host unix:" + socket
                        + ": a Unix socket has no port");
    }
}
