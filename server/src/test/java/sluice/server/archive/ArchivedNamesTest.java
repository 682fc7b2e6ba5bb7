package sluice.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Which files of a directory are in its tar. */
final class ArchivedNamesTest {
    private static final int BLOCK = 512;

    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private Path photos;

    @BeforeEach
    void plant() throws IOException {
        photos = Files.createDirectory(root.resolve("photos"));
        Files.writeString(photos.resolve("small.txt"), "small");
    }

    private FileServer start() throws IOException {
        return start(ServedFiles.in(root));
    }

    private FileServer start(ServedFiles files) throws IOException {
        return Setup.PLAIN.start(Setup.PLAIN.serving(root).files(files));
    }

    @Test
    void whatCannotBeListedOrOpenedIsLeftOut() throws Exception {
        Files.writeString(elsewhere.resolve("secret"), "secret");
        Files.createSymbolicLink(photos.resolve("out-file"), elsewhere.resolve("secret"));
        Files.createSymbolicLink(photos.resolve("out-folder"), elsewhere);
        Files.createSymbolicLink(photos.resolve("circle"), Path.of(".."));
        Files.createSymbolicLink(photos.resolve("dangling"), Path.of("none"));
        Files.createSymbolicLink(photos.resolve("link"), Path.of("small.txt"));
        Files.writeString(photos.resolve(".hidden"), "secret");
        Files.createDirectory(photos.resolve(".folder"));
        Files.writeString(photos.resolve(".folder/x"), "secret");
        Path site = Files.createDirectory(photos.resolve("site"));
        Files.writeString(site.resolve("index.html"), "index");
        Files.writeString(site.resolve("unlisted.html"), "secret");
        Files.createDirectory(site.resolve("sub"));
        try (FileServer server = start()) {
            List<String> names = names(RawClient.get(server, "/photos/?tar").body());

            assertThat(names)
                    .contains("photos/link", "photos/site/", "photos/site/index.html")
                    .noneMatch(name -> name.matches(".*(/\\.|out-|dangling|unlisted|sub/).*"))
                    // The circle leads to the root, which has photos again, but not in itself.
                    .contains("photos/circle/")
                    .noneMatch(name -> name.startsWith("photos/circle/photos/circle"));
        }
        try (FileServer server = start(ServedFiles.in(root).withDotfiles(true))) {
            assertThat(names(RawClient.get(server, "/photos/?tar").body()))
                    .contains("photos/.hidden", "photos/.folder/x");
        }
        Files.delete(photos.resolve("out-folder"));
        Files.delete(photos.resolve("circle"));
    }

    @Test
    void whatTheServerMayNotReadIsLeftOut() throws Exception {
        Path file = Files.writeString(photos.resolve("locked"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(file), "root may read everything");
        Path folder = Files.createDirectory(photos.resolve("closed"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("--x------"));
        try (FileServer server = start()) {
            assertThat(names(RawClient.get(server, "/photos/?tar").body()))
                    .noneMatch(name -> name.contains("locked") || name.contains("closed"));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    @ParameterizedTest
    @CsvSource({
        "/photos/?tar,404",
        "/none/?tar,404",
        "/photos/small.txt?tar,200",
        "/photos/?tarx,404"
    })
    void aServerThatListsNothingMakesNoTar(String target, int status) throws IOException {
        try (FileServer server = start(ServedFiles.in(root).withListing(false))) {
            ReceivedResponse response = RawClient.get(server, target);
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.field("Content-Type")).doesNotContain("tar");
        }
    }

    @Test
    void aDirectoryWithAnIndexIsItsIndex() throws IOException {
        Files.writeString(photos.resolve("index.html"), "index");
        try (FileServer server = start()) {
            assertThat(RawClient.get(server, "/photos/?tar").text()).isEqualTo("index");
        }
    }

    @Test
    void aFileOfMoreThan8GiBHasItsSizeInAnExtendedHeader() throws IOException {
        Path big = Files.createDirectory(root.resolve("big"));
        long size = (9L << 30) + 1;
        try (RandomAccessFile sparse = new RandomAccessFile(big.resolve("a").toFile(), "rw")) {
            sparse.setLength(size);
            sparse.seek(size - 1);
            sparse.write('z');
        }
        Files.writeString(big.resolve("b"), "after");
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            String start =
                    new String(client.get("/big/?tar", "Range: bytes=0-4095").body(), ISO_8859_1);
            assertThat(start).contains(" size=" + size + "\n");
            long content = (long) start.indexOf("big/a\0") + BLOCK;
            String range = "Range: bytes=" + (content + size - 1) + "-";
            byte[] rest = client.get("/big/?tar", range).body();
            assertThat(rest[0]).isEqualTo((byte) 'z');
            assertThat(names(Arrays.copyOfRange(rest, BLOCK, rest.length / BLOCK * BLOCK)))
                    .containsExactly("big/b");
        }
    }

    /** Names of the ustar heads, which are found by their magic at the beginning of a block. */
    private static List<String> names(byte[] tar) {
        return Stream.iterate(0, at -> at < tar.length, at -> at + BLOCK)
                .filter(at -> new String(tar, at + 257, 5, ISO_8859_1).equals("ustar"))
                .map(at -> new String(tar, at, 100, ISO_8859_1).replaceAll("\0.*", ""))
                .filter(name -> !name.startsWith("././@"))
                .toList();
    }
}
