package sluice.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Owner and mode of a copy, and who can read it before it is finished. */
final class AttributesTest {
    private static final LongConsumer UNSEEN = bytes -> {};
    private static final int SOMEBODY_ELSE = 12_345;

    @TempDir
    private Path folder;

    private Path tree;
    private Path file;
    private Path target;

    @BeforeEach
    void plant() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
        file = Files.write(tree.resolve("file"), new byte[10_000]);
        target = folder.resolve("copy");
        boolean modes = folder.getFileSystem().supportedFileAttributeViews().contains("unix");
        assumeTrue(modes, "this system has no such modes");
    }

    private static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode") & 0xFFF;
    }

    /** The program would run as the user who copied it, which may be root. */
    @ParameterizedTest
    @ValueSource(strings = {"uid", "gid"})
    void noCopyRunsAsSomebodyElseThanItsSource(String owner) throws IOException {
        try {
            Files.setAttribute(file, "unix:" + owner, SOMEBODY_ELSE);
            Files.setAttribute(tree, "unix:" + owner, SOMEBODY_ELSE);
        } catch (IOException e) {
            assumeTrue(false, "only root gives files away");
        }
        mode(file, 06755);
        mode(tree, 03750);
        TreeCopy.of(tree, target).run(CopyMethod.AUTO, false, UNSEEN);
        assertThat(Files.getAttribute(target.resolve("file"), "unix:" + owner))
                .isNotEqualTo(SOMEBODY_ELSE);
        assertThat(mode(target.resolve("file"))).isEqualTo(0755);
        assertThat(mode(target)).isEqualTo(01750);
    }

    @Test
    void aCopyOfTheSameOwnerKeepsAllOfItsMode() throws IOException {
        Files.setAttribute(file, "unix:gid", Files.getAttribute(folder, "unix:gid"));
        mode(file, 06751);
        TreeCopy.of(file, target).run(CopyMethod.AUTO, false, UNSEEN);
        assertThat(mode(target)).isEqualTo(06751);
    }

    @Test
    void nobodyElseReadsWhatIsNotFinished() throws IOException {
        Set<String> seen = new HashSet<>();
        mode(file, 0644);
        TreeCopy.of(file, target).run(CopyMethod.DIRECT, false, bytes -> seen.add(unfinished()));
        assertThat(seen).containsExactly("rw-------");

        seen.clear();
        Files.createDirectory(tree.resolve("directory"));
        Files.write(tree.resolve("directory/file"), new byte[10_000]);
        Path other = folder.resolve("other");
        TreeCopy.of(tree, other).run(CopyMethod.DIRECT, false, bytes -> seen.add(unfinished()));
        assertThat(seen).containsExactly("rwx------");
        assertThat(mode(target)).isEqualTo(0644);
        assertThat(mode(other)).isEqualTo(mode(tree));
    }

    private String unfinished() {
        try (Stream<Path> all = Files.list(folder)) {
            Path hidden = all.filter(path -> path.toString().contains(TreeCopy.UNFINISHED_PREFIX))
                    .findAny()
                    .orElseThrow();
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(hidden));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theTimesOfALinkAreKeptToo() throws IOException {
        Path link = Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
        FileTime longAgo = FileTime.fromMillis(1_000_000_000_123L);
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(longAgo, longAgo, null);
        TreeCopy.of(tree, target).run(CopyMethod.AUTO, false, UNSEEN);
        assertThat(Files.getLastModifiedTime(target.resolve("link"), LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(longAgo);
        assertThat(Files.getLastModifiedTime(target.resolve("file"))).isNotEqualTo(longAgo);
    }
}
