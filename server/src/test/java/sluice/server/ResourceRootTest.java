package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/** Resources of jars, of directories and of a runtime image, as a root. */
final class ResourceRootTest {
    private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-02T03:04:06Z"));

    @TempDir
    Path folder;

    private Path jar(String... names) throws IOException {
        Path jar = folder.resolve("program.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name).setLastModifiedTime(TIME));
                if (!name.endsWith("/")) {
                    out.write(("content of " + name).getBytes(US_ASCII));
                }
                out.closeEntry();
            }
        }
        return jar;
    }

    private static @Nullable URL resource(Path classPath, String name) throws IOException {
        try (var loader = new URLClassLoader(
                new URL[] {classPath.toUri().toURL()}, ResourceRootTest.class.getClassLoader())) {
            return loader.getResource(name);
        }
    }

    @Test
    void aDirectoryInAJarIsServedFromWhereItIsUnpackedAndIsGoneAfterwards() throws IOException {
        Path jar = jar("site/", "site/index.html", "site/a/b.txt", "site2/other", "secret");
        Path unpacked;
        try (ResourceRoot root = ResourceRoot.of(resource(jar, "site"))) {
            unpacked = root.path();
            assertThat(root.isUnpacked()).isTrue();
            assertThat(Files.getLastModifiedTime(unpacked.resolve("index.html")))
                    .isEqualTo(TIME);
            try (FileServer server = Setup.PLAIN.serving(unpacked).build().start()) {
                assertThat(RawClient.get(server, "/").text())
                        .isEqualTo("content of site/index.html");
                assertThat(RawClient.get(server, "/a/b.txt").text())
                        .isEqualTo("content of site/a/b.txt");
                assertThat(RawClient.get(server, "/secret").status()).isEqualTo(404);
                assertThat(RawClient.get(server, "/other").status()).isEqualTo(404);
            }
        }
        assertThat(unpacked).doesNotExist();
    }

    @Test
    void aDirectoryOfTheClassPathIsServedFromThereAndStays() throws IOException {
        Files.createDirectories(folder.resolve("classes/site name"));
        URL site = resource(folder.resolve("classes/"), "site name");
        try (ResourceRoot root = ResourceRoot.of(site)) {
            assertThat(root.isUnpacked()).isFalse();
            assertThat(root.path()).isEqualTo(folder.resolve("classes/site name"));
        }
        assertThat(folder.resolve("classes/site name")).exists();
    }

    @Test
    void resourcesOfARuntimeImageAreUnpacked() throws IOException {
        URL security = URI.create("jrt:/java.base/java/security").toURL();
        try (ResourceRoot root = ResourceRoot.of(security)) {
            assertThat(root.isUnpacked()).isTrue();
            assertThat(root.path().resolve("KeyStore.class")).isNotEmptyFile();
            assertThat(root.path().resolve("cert/Certificate.class")).isNotEmptyFile();
        }
    }

    @Test
    void aNameThatLeadsOutOfTheDirectoryIsRefusedAndNothingIsLeft() throws IOException {
        Path jar = jar("site/", "site/a", "site/../../../outside");

        assertThatThrownBy(() -> ResourceRoot.of(resource(jar, "site")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("../../../outside");
    }

    @Test
    void whatIsNoDirectoryOfResourcesIsRefused() throws IOException {
        Path jar = jar("site/", "site/file");

        assertThatThrownBy(() -> ResourceRoot.of(null))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no entry for the directory");
        assertThatThrownBy(() -> ResourceRoot.of(resource(jar, "site/file")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("site/file");
    }

    /** Its paths are "/" and the like, which would be directories of the machine. */
    @Test
    void aPathOfAJarsFileSystemIsNoRoot() throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(jar("a"))) {
            Path inside = jar.getPath("/");
            assertThatThrownBy(() -> ServedFiles.in(inside))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ResourceRoot");
            assertThatThrownBy(() -> Sluice.builder().root(inside).build())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
