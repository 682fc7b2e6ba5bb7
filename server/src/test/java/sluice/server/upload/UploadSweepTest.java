package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Dirent;
import sluice.server.Uploads;
import sluice.server.root.LinuxRoot;
import sluice.server.root.Roots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a server that was killed has left goes, wherever it lies. */
final class UploadSweepTest {
    private static final String LEFT = ".sluice-upload-" + "0".repeat(32);
    private static final int NEIGHBOURS = 20;

    private static final byte[] NONE = {};

    @TempDir
    private Path root;

    private LinuxRoot linux;
    private UploadSweep sweep;

    @BeforeEach
    void open() throws IOException {
        linux = Roots.linux(root);
        sweep = new UploadSweep(
                linux, Uploads.defaults(), new KeptUploads(linux, Uploads.defaults()));
    }

    @AfterEach
    void close() {
        linux.close();
    }

    private Path deep(String first) throws IOException {
        String names = ("/" + "d".repeat(200)).repeat(12);
        return Files.createDirectories(root.resolve(first + names));
    }

    @Test
    void aDirectoryThatNoPathReachesIsPassedBy() throws IOException {
        for (int i = 0; i < NEIGHBOURS; i++) {
            Path neighbour = Files.createDirectory(root.resolve("neighbour" + i));
            Files.createFile(neighbour.resolve(LEFT));
        }
        Path half = deep("one");
        deep("two");
        // Longer than any path may be, so made by a move, and unmade for who deletes it.
        Files.move(root.resolve("two"), half.resolve("two"));
        try {
            sweep.all();
        } finally {
            Files.move(half.resolve("two"), root.resolve("two"));
        }
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void whereTheFileSystemDoesNotTellDirectoriesAreAskedFor() throws IOException {
        Files.createDirectory(root.resolve("folder"));
        Files.createFile(root.resolve("file"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("folder"));
        try (WritableDirectory directory =
                new WritableDirectory(linux.openDirectory(NONE, 0), NONE)) {
            assertThat(List.of("folder", "file", "link", "none"))
                    .filteredOn(name -> UploadSweep.isDirectory(
                            directory, Roots.bytes(name), Dirent.DT_UNKNOWN))
                    .containsExactly("folder");
        }
    }

    @Test
    void whatIsLeftWhileItsDirectoryIsLookedAtIsFoundNextTime() throws IOException {
        sweep.note(NONE, 0);
        sweep.noted(path -> {
            sweep.note(path, path.length); // An upload begins there, and is left behind.
            return false;
        });
        Files.createFile(root.resolve(LEFT));
        sweep.noted();

        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void aDirectoryIsLookedAtAsLongAsSomethingIsLeftThere() {
        List<byte[]> looked = new ArrayList<>();
        sweep.note(NONE, 0);
        sweep.noted(path -> looked.add(path));
        sweep.noted(path -> !looked.add(path));
        sweep.noted(path -> looked.add(path));

        assertThat(looked).hasSize(2);
    }
}
