package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.ContentCoding;
import sluice.server.Encoder;
import sluice.server.SymlinkPolicy;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class CompressedStoreTest {
    private static final String TEXT = "to and fro ".repeat(2_000);

    @TempDir
    Path texts;

    @TempDir
    Path directory;

    private @Nullable DocumentRoot root;

    @BeforeEach
    void open() throws IOException {
        root = DocumentRoot.open(texts, SymlinkPolicy.INSIDE);
    }

    @AfterEach
    void close() {
        content().close();
    }

    private DocumentRoot content() {
        return Objects.requireNonNull(root, "opened before each test");
    }

    private CompressedStore store(long bytesMax) throws IOException {
        return new CompressedStore(content(), directory, Encoder.all(), bytesMax, 0);
    }

    private FileStat stat(String name) {
        byte[] path = name.getBytes(US_ASCII);
        Opened.Found found = (Opened.Found) content().open(path, path.length, false);
        found.file().close();
        return found.stat();
    }

    private void compress(CompressedStore store, String name) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        store.request(name.getBytes(US_ASCII), stat(name), ContentCoding.GZIP, done::countDown);
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private boolean has(CompressedStore store, String name) {
        Opened opened = store.find(stat(name), ContentCoding.GZIP, false);
        if (opened instanceof Opened.Found found) {
            found.file().close();
            return true;
        }
        return false;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> listed = Files.list(directory)) {
            return listed.toList();
        }
    }

    @Test
    void whatWasCompressedIsFoundForThatVersionOnly() throws Exception {
        Files.writeString(texts.resolve("a.txt"), TEXT);
        CompressedStore store = store(1 << 20);
        compress(store, "a.txt");
        assertThat(has(store, "a.txt")).isTrue();
        Files.writeString(texts.resolve("a.txt"), TEXT + "more");
        assertThat(has(store, "a.txt")).isFalse();
        store.close();
    }

    @Test
    void aRestartFindsWhatIsThereAndRemovesWhatWasNotFinished() throws Exception {
        Files.writeString(texts.resolve("a.txt"), TEXT);
        CompressedStore first = store(1 << 20);
        compress(first, "a.txt");
        first.close();
        Files.writeString(directory.resolve("0".repeat(80) + ".gz.tmp"), "half");
        CompressedStore second = store(1 << 20);
        assertThat(has(second, "a.txt")).isTrue();
        assertThat(files()).noneMatch(path -> path.toString().endsWith(".tmp"));
        second.close();
    }

    @Test
    void filesOfOthersInItsDirectoryAreLeftAlone() throws Exception {
        Files.writeString(texts.resolve("a.txt"), TEXT);
        Path foreign = Files.writeString(directory.resolve("theirs.txt"), "theirs");
        Path unfinished = Files.writeString(directory.resolve("theirs.tmp"), "theirs");
        CompressedStore store = store(1);
        compress(store, "a.txt");
        store.close();
        assertThat(foreign).hasContent("theirs");
        assertThat(unfinished).hasContent("theirs");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.writeString(texts.resolve("file"), "");
        directory = file.resolve("cache");
        assertThatThrownBy(() -> store(1))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "cannot keep compressed files in " + directory + ": " + file)
                .hasMessageNotContaining("Exception");
    }

    @Test
    void theOldestGoesWhenTheStoreIsFull() throws Exception {
        Files.writeString(texts.resolve("a.txt"), TEXT);
        Files.writeString(texts.resolve("b.txt"), TEXT + "b");
        CompressedStore store = store(1);
        compress(store, "a.txt");
        compress(store, "b.txt");
        assertThat(has(store, "a.txt")).isFalse();
        assertThat(has(store, "b.txt")).isTrue();
        assertThat(files()).hasSize(1);
        store.close();
    }

    @Test
    void whatDoesNotGetSmallerIsNotKept() throws Exception {
        byte[] noise = new byte[10_000];
        new Random(7).nextBytes(noise);
        Files.write(texts.resolve("noise.txt"), noise);
        Files.writeString(texts.resolve("a.txt"), TEXT);
        CompressedStore store = store(1 << 20);
        byte[] path = "noise.txt".getBytes(US_ASCII);
        store.request(path, stat("noise.txt"), ContentCoding.GZIP, () -> {});
        // One thread compresses in order: when this one is done, so is the one before.
        compress(store, "a.txt");
        assertThat(has(store, "noise.txt")).isFalse();
        assertThat(files()).hasSize(1);
        store.close();
    }
}
