package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.DigestAlgorithm.SHA_256;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.ChosenTypes;
import sluice.server.CacheLimits;
import sluice.server.EntityTags;
import sluice.server.ServedFiles;
import sluice.server.SymlinkPolicy;
import sluice.server.content.Eviction;
import sluice.server.content.FileCache;
import sluice.server.content.FileEntry;
import sluice.server.root.DocumentRoot;
import sluice.server.root.PathKey;
import sluice.server.rules.FieldRules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How long a HEAD request waits for a digest; this thread is its loop. */
final class DigestWaitTest {
    private static final byte[] NAME = "file".getBytes(ISO_8859_1);
    private static final FileCache.Rules RULES = new FileCache.Rules(
            0,
            ServedFiles.FRESH.toNanos(),
            true,
            ChosenTypes.NONE,
            EntityTags.MTIME_SIZE,
            FieldRules.NONE);

    private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private DocumentRoot root;
    private FileCache cache;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("file"), "hello");
        root = DocumentRoot.open(folder, SymlinkPolicy.INSIDE);
        Eviction eviction = new Eviction(new CacheLimits(1 << 20, 16, 16));
        cache = new FileCache(root, null, eviction, RULES);
    }

    @AfterEach
    void close() {
        cache.close();
        root.close();
    }

    private FileEntry entry() {
        return (FileEntry) cache.find(new PathKey().set(NAME, 0, NAME.length), 0, true);
    }

    private DigestWait begun(FileEntry entry, Duration most) {
        DigestWait wait = new DigestWait(entry, SHA_256, most);
        wait.begin(loop::add, asked::incrementAndGet, ended::incrementAndGet);
        return wait;
    }

    private void turn() throws InterruptedException {
        Runnable task = loop.poll(30, TimeUnit.SECONDS);
        assertThat(task).isNotNull();
        task.run();
    }

    @Test
    void itEndsWhenTheDigestIsThere() throws Exception {
        FileEntry entry = entry();
        begun(entry, DigestWait.MOST);
        assertThat(asked).hasValue(1);
        assertThat(loop).isEmpty();

        entry.digest().compute(entry, SHA_256);
        turn();
        assertThat(ended).hasValue(1);
    }

    @Test
    void itEndsWhenTheTimeIsOverAndTheDigestIsNotWantedAnyMore() throws Exception {
        FileEntry entry = entry();
        begun(entry, Duration.ofMillis(1));
        turn();
        assertThat(ended).hasValue(1);

        entry.digest().compute(entry, SHA_256);
        assertThat(entry.digest().field(SHA_256)).isNull();
    }

    @Test
    void aClientThatHasLeftGetsNoAnswer() throws Exception {
        FileEntry entry = entry();
        DigestWait wait = begun(entry, DigestWait.MOST);
        wait.close();
        wait.close();
        turn();
        assertThat(loop).isEmpty();
        assertThat(ended).hasValue(0);
    }

    @Test
    void itIsShorterThanThePatienceOfClients() {
        assertThat(DigestWait.MOST).isEqualTo(Duration.ofSeconds(45));
    }
}
