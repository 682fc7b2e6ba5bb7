package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.Method;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.linux.testing.Privileges;
import sluice.server.testing.RawClient;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What lies in directories beside plain files. */
final class OddFilesTest {
    private Path root;

    @BeforeEach
    void keep(@TempDir Path folder) {
        root = folder;
    }

    private int status(String target) throws IOException {
        try (Rehearsed site = Rehearsed.of(root)) {
            return site.get(target).status();
        }
    }

    @Test
    void aFifoIsNotFoundAndNobodyWaitsForIt() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("fifo").toString()).start();
        assumeTrue(mkfifo.waitFor() == 0, "no mkfifo here");

        assertThat(status("/fifo")).isEqualTo(404);
        assertThat(status("/fifo/")).isEqualTo(404);
    }

    @Test
    void aDeviceIsNotFound() throws IOException {
        Path devices = Path.of("/dev");
        assumeTrue(Files.exists(devices.resolve("zero")), "no /dev/zero here");
        try (FileServer server = Setup.PLAIN
                .serving(devices)
                .files(ServedFiles.in(devices).withSymlinks(SymlinkPolicy.ALL))
                .build()
                .start()) {
            assertThat(RawClient.get(server, "/zero").status()).isEqualTo(404);
            assertThat(RawClient.get(server, "/tty").status()).isEqualTo(404);
        }
    }

    /** The kernel writes it while it is read: no length of it can be promised. */
    @ParameterizedTest
    @CsvSource({"/proc, /version", "/proc/self, /status", "/sys/kernel, /profiling"})
    void aFileOfTheKernelIsNotFoundOnAnyCopyPath(Path directory, String target) throws IOException {
        assumeTrue(Files.isReadable(Path.of(directory + target)), "not here");
        for (CopyMode copy : List.of(CopyMode.AUTO, CopyMode.SENDFILE, CopyMode.HEAP)) {
            Cell cell = new Cell(Model.best(), copy);
            assumeTrue(cell.refusal() == null, cell::refusal);
            Setup setup = new Setup(cell, Reactor.SINGLE);
            try (FileServer server = setup.serving(directory).build().start()) {
                assertThat(RawClient.get(server, target).status()).isEqualTo(404);
            }
        }
    }

    @Test
    void aSocketIsNotFound() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));

            assertThat(status("/socket")).isEqualTo(404);
        }
    }

    @Test
    void whatMayNotBeReadIsForbidden() throws Exception {
        Path file = Files.writeString(root.resolve("closed"), "x");
        Path folder = Files.createDirectory(root.resolve("folder"));
        for (Path closed : List.of(file, folder)) {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        }
        Path unlisted = Files.createDirectory(root.resolve("unlisted"));
        Files.writeString(unlisted.resolve("x"), "x");
        Files.setPosixFilePermissions(unlisted, PosixFilePermissions.fromString("--x------"));
        try (Rehearsed site = Rehearsed.of(
                Sluice.builder().files(ServedFiles.in(root).withUploads(Uploads.defaults())))) {
            Privileges.runWithout(() -> {
                for (String target : List.of("/closed", "/folder/x", "/unlisted/")) {
                    assertThat(site.get(target).status()).as(target).isEqualTo(403);
                    String head = request("HEAD", target);
                    assertThat(site.ask(Method.HEAD, head).status()).isEqualTo(403);
                }
                assertThat(site.get("/unlisted/x").status()).isEqualTo(200);
                String put = request("PUT", "/unlisted/new");
                assertThat(site.ask(Method.PUT, put).status()).isEqualTo(403);
                String delete = request("DELETE", "/unlisted/x");
                assertThat(site.ask(Method.DELETE, delete).status()).isEqualTo(403);
            });
        }
    }

    @Test
    void aLinkIsFollowedInsideTheRootOnly(@TempDir Path elsewhere) throws IOException {
        Files.writeString(root.resolve("file"), "x");
        Files.writeString(elsewhere.resolve("file"), "y");
        Files.createSymbolicLink(root.resolve("inside"), Path.of("file"));
        Files.createSymbolicLink(root.resolve("outside"), elsewhere.resolve("file"));
        Files.createSymbolicLink(root.resolve("nowhere"), Path.of("nothing"));
        Files.createSymbolicLink(root.resolve("round"), Path.of("round"));

        assertThat(status("/inside")).isEqualTo(200);
        for (String target : List.of("/outside", "/nowhere", "/round", "/file/../file/x")) {
            assertThat(status(target)).as(target).isIn(400, 404);
        }
    }

    @Test
    void aNameIsFoundByItsOneEncoding() throws IOException {
        Files.writeString(root.resolve("a b%+;#?\u00e4.txt"), "x");
        try (Rehearsed site = Rehearsed.of(root)) {
            assertThat(site.get("/a%20b%25+;%23%3f%C3%A4.txt").status()).isEqualTo(200);
            assertThat(site.get("/a%2520b%25+;%23%3f%C3%A4.txt").status()).isEqualTo(404);
            assertThat(site.get("/a+b%25+;%23%3f%C3%A4.txt").status()).isEqualTo(404);
        }
    }

    @Test
    void anIndexThatIsNoFileIsNoIndex() throws IOException {
        Files.createDirectories(root.resolve("folder/index.html"));

        assertThat(status("/folder/")).isEqualTo(200);
        assertThat(status("/folder/index.html")).isEqualTo(301);
    }

    @Test
    void anEmptyDirectoryIsListed() throws IOException {
        try (Rehearsed site = Rehearsed.of(root)) {
            assertThat(site.get("/?format=json").text()).contains("\"entries\":[]");
        }
    }
}
