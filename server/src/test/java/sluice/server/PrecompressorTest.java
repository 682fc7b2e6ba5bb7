package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;

class PrecompressorTest {
    private static final List<Encoder> GZIP = List.of(new GzipEncoder());
    private static final String TEXT = "over and over ".repeat(500);

    @TempDir
    Path root;

    private List<Path> sources() throws IOException {
        return Precompressor.tasks(root, GZIP, Map.of()).stream()
                .map(Precompressor.Task::source)
                .map(root::relativize)
                .toList();
    }

    @Test
    void textsOfSomeSizeAreFoundAndNothingElse() throws IOException {
        Files.createDirectories(root.resolve("deep/.hidden"));
        Files.writeString(root.resolve("deep/a.css"), TEXT);
        Files.writeString(root.resolve("small.css"), "tiny");
        Files.writeString(root.resolve("picture.png"), TEXT);
        Files.writeString(root.resolve(".dot.css"), TEXT);
        Files.writeString(root.resolve("deep/.hidden/b.css"), TEXT);
        assertThat(sources()).containsExactly(Path.of("deep/a.css"));
    }

    @Test
    void aRootMayBeALink() throws IOException {
        Files.writeString(root.resolve("a.css"), TEXT);
        Path link = Files.createSymbolicLink(root.resolve("link"), root);
        assertThat(Precompressor.tasks(link, GZIP, Map.of())).hasSize(1);
    }

    @Test
    void aSiblingHoldsTheContentAndTheTimeOfItsSource() throws IOException {
        Path source = Files.writeString(root.resolve("a.css"), TEXT);
        Precompressor.Task task = Precompressor.tasks(root, GZIP, Map.of()).getFirst();
        assertThat(Precompressor.make(task)).isEqualTo(Precompressor.Outcome.MADE);
        Path sibling = root.resolve("a.css.gz");
        try (var in = new GZIPInputStream(Files.newInputStream(sibling))) {
            assertThat(in.readAllBytes()).asString().isEqualTo(TEXT);
        }
        assertThat(Files.getLastModifiedTime(sibling)).isEqualTo(Files.getLastModifiedTime(source));
    }

    @Test
    void aSiblingThatIsUpToDateIsLeftAloneUntilItsSourceChanges() throws IOException {
        Path source = Files.writeString(root.resolve("a.css"), TEXT);
        Precompressor.make(Precompressor.tasks(root, GZIP, Map.of()).getFirst());
        assertThat(sources()).isEmpty();
        Files.setLastModifiedTime(
                source, FileTime.fromMillis(Files.getLastModifiedTime(source).toMillis() + 1_000));
        assertThat(sources()).containsExactly(Path.of("a.css"));
    }

    @Test
    void aSiblingOfTheSameTimeWithAnotherContentIsMadeAgain() throws IOException {
        Path source = Files.writeString(root.resolve("a.css"), TEXT);
        Precompressor.make(Precompressor.tasks(root, GZIP, Map.of()).getFirst());
        FileTime time = Files.getLastModifiedTime(source);
        Files.writeString(source, TEXT.toUpperCase(Locale.ROOT));
        Files.setLastModifiedTime(source, time);
        assertThat(sources()).containsExactly(Path.of("a.css"));
    }

    @Test
    void whatDoesNotGetSmallerHasNoSiblingAndLosesAnOldOne() throws IOException {
        byte[] noise = new byte[5_000];
        new Random(7).nextBytes(noise);
        Files.write(root.resolve("noise.css"), noise);
        Precompressor.Task task = Precompressor.tasks(root, GZIP, Map.of()).getFirst();
        Files.writeString(task.target(), "of an earlier version");
        assertThat(Precompressor.make(task)).isEqualTo(Precompressor.Outcome.NOT_WORTH_WHILE);
        assertThat(task.target()).doesNotExist();
        try (var left = Files.list(root)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void textByItsContentIsMadeAndWhatTheUserCallsBinaryIsNot(@TempDir Path tree)
            throws IOException {
        Files.writeString(tree.resolve("LICENSE"), "all work and no play ".repeat(1_000));
        Files.write(tree.resolve("data"), new byte[10_000]);
        Path log = Files.writeString(tree.resolve("a.log"), "all work and no play ".repeat(1_000));

        assertThat(Precompressor.tasks(tree, GZIP, Map.of("log", "application/octet-stream")))
                .extracting(Precompressor.Task::source)
                .containsExactly(tree.resolve("LICENSE"));
        assertThat(Precompressor.tasks(tree, GZIP, Map.of()))
                .extracting(Precompressor.Task::source)
                .contains(log);
    }
}
