package sluice.server.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Uploads;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Directories that are served at paths of a site. */
final class MountedRootTest {
    private Path root;
    private Path iso;
    private Path old;

    @BeforeEach
    void plant(@TempDir Path base) throws IOException {
        root = Files.createDirectory(base.resolve("root"));
        iso = Files.createDirectory(base.resolve("iso"));
        old = Files.createDirectory(base.resolve("old"));
        Files.writeString(root.resolve("a"), "a of the root");
        Files.createDirectory(root.resolve("iso"));
        Files.writeString(root.resolve("iso/hidden"), "hidden by the mount");
        Files.writeString(root.resolve("isolated"), "no mount");
        Files.writeString(iso.resolve("a"), "a of the mount");
        Files.createDirectory(iso.resolve("sub"));
        Files.writeString(iso.resolve("sub/index.html"), "index");
        Files.writeString(old.resolve("a"), "a of the inner mount");
    }

    private FileServer start() throws IOException {
        ServedFiles files =
                ServedFiles.in(root).withMounts(Map.of("/iso", iso, "/iso/old/v1", old));
        return Setup.PLAIN.serving(root).files(files).build().start();
    }

    @Test
    void aPathBelowAMountLeadsIntoItsDirectoryAndEveryOtherIntoTheRoot() throws Exception {
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/a").text()).isEqualTo("a of the root");
            assertThat(client.get("/iso/a").text()).isEqualTo("a of the mount");
            assertThat(client.get("/x/../iso//a").text()).isEqualTo("a of the mount");
            assertThat(client.get("/iso/old/v1/a").text()).isEqualTo("a of the inner mount");
            assertThat(client.get("/isolated").text()).isEqualTo("no mount");
            assertThat(client.get("/iso/hidden").status()).isEqualTo(404);
            assertThat(client.get("/iso/sub/").text()).isEqualTo("index");
        }
        assertThat(Descriptors.below(iso) + Descriptors.below(old)).isZero();
    }

    @Test
    void aMountIsADirectoryWithAListing() throws Exception {
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/iso").field("Location")).isEqualTo("/iso/");
            assertThat(client.get("/iso/sub").field("Location")).isEqualTo("/iso/sub/");
            assertThat(client.get("/iso/", "Accept: application/json").text())
                    .contains("\"a\"")
                    .doesNotContain("hidden");
        }
    }

    @Test
    void nothingLeadsOutOfAMount() throws Exception {
        Files.createSymbolicLink(iso.resolve("link"), root.resolve("a"));
        try (FileServer server = start();
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/iso/link").status()).isEqualTo(404);
            assertThat(client.get("/iso/../a").text()).isEqualTo("a of the root");
            assertThat(client.get("/iso/%2e%2e/%2e%2e/a").status()).isEqualTo(400);
        }
    }

    @Test
    void aMountThatIsReplacedIsServedAnew() throws Exception {
        try (FileServer server = start()) {
            assertThat(RawClient.get(server, "/iso/a").text()).isEqualTo("a of the mount");
            Files.move(iso, iso.resolveSibling("before"));
            Files.createDirectory(iso);
            Files.writeString(iso.resolve("a"), "another");
            Await.until(
                    "the new directory",
                    () -> RawClient.get(server, "/iso/a").text().equals("another"));
        }
    }

    @Test
    void aMountThatIsNotThereKeepsTheServerFromStarting() {
        ServedFiles files = ServedFiles.in(root).withMounts(Map.of("/b", root.resolve("none")));
        assertThatThrownBy(() -> Setup.PLAIN.serving(root).files(files).build().start())
                .isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "iso", "/iso/", "/a//b", "/../a", "/.git", "/a\nb"})
    void aPathThatNoRequestCanHaveIsRefused(String path) {
        assertThatThrownBy(() -> ServedFiles.in(root).withMounts(Map.of(path, iso)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no path of a mount");
    }

    @Test
    void aSiteWithMountsTakesNoUploads() {
        ServedFiles files = ServedFiles.in(root).withMounts(Map.of("/iso", iso));
        assertThatThrownBy(() -> files.withUploads(Uploads.defaults()))
                .hasMessageContaining("a site with mounts takes no uploads");
    }
}
