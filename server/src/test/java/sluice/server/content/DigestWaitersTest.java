package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.DigestAlgorithm.SHA_256;
import static sluice.http.DigestAlgorithm.SHA_512;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.ChosenTypes;
import sluice.http.Fields;
import sluice.server.CacheLimits;
import sluice.server.EntityTags;
import sluice.server.ServedFiles;
import sluice.server.SymlinkPolicy;
import sluice.server.root.DocumentRoot;
import sluice.server.root.PathKey;
import sluice.server.rules.FieldRules;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Who computes the digests of a file, and who is told. */
final class DigestWaitersTest {
    private static final byte[] NAME = "file".getBytes(ISO_8859_1);
    private static final FileCache.Rules IN_NO_MEMORY = new FileCache.Rules(
            0,
            ServedFiles.FRESH.toNanos(),
            true,
            ChosenTypes.NONE,
            EntityTags.MTIME_SIZE,
            FieldRules.NONE);

    private DocumentRoot root;
    private Path file;
    private FileEntry entry;
    private ReprDigest digest;
    private final AtomicInteger told = new AtomicInteger();
    private final Runnable tell = told::incrementAndGet;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        file = Files.writeString(folder.resolve("file"), "hello");
        root = DocumentRoot.open(folder, SymlinkPolicy.INSIDE);
        Eviction eviction = new Eviction(new CacheLimits(1 << 20, 16, 16));
        FileCache cache = new FileCache(root, null, eviction, IN_NO_MEMORY);
        entry = (FileEntry) cache.find(new PathKey().set(NAME, 0, NAME.length), 0, true);
        digest = entry.digest();
    }

    @AfterEach
    void close() {
        entry.release();
        root.close();
    }

    private String field() {
        Fields known = Objects.requireNonNull(digest.field(SHA_256));
        byte[] line = new byte[known.length()];
        known.copyTo(MemorySegment.ofArray(line), 0);
        return new String(line, ISO_8859_1);
    }

    @Test
    void oneComputesForAll() {
        assertThat(digest.await(SHA_256, tell)).isTrue();
        assertThat(digest.await(SHA_256, tell)).isFalse();
        assertThat(digest.ask(SHA_256)).isFalse();
        assertThat(digest.ask(SHA_512)).isTrue();

        digest.compute(entry, SHA_256);
        assertThat(told).hasValue(2);
        assertThat(field()).contains("sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:");
        assertThat(digest.field(SHA_512)).isNull();
    }

    @Test
    void whoComesLateIsToldAtOnce() {
        assertThat(digest.ask(SHA_256)).isTrue();
        digest.compute(entry, SHA_256);
        assertThat(digest.await(SHA_256, tell)).isFalse();
        assertThat(told).hasValue(1);
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotComputedUntilSomebodyWantsItAgain() {
        assertThat(digest.await(SHA_256, tell)).isTrue();
        digest.leave(SHA_256, tell);
        digest.compute(entry, SHA_256);
        assertThat(digest.field(SHA_256)).isNull();
        assertThat(told).hasValue(0);

        assertThat(digest.ask(SHA_256)).isTrue();
        digest.compute(entry, SHA_256);
        assertThat(field()).contains("sha-256=:");
    }

    @Test
    void aFileThatChangesMeanwhileGetsNone() throws IOException {
        assertThat(digest.await(SHA_256, tell)).isTrue();
        Files.writeString(file, "hello, world");
        digest.compute(entry, SHA_256);
        assertThat(told).hasValue(1);
        assertThat(digest.isSettled(SHA_256)).isTrue();
        assertThat(digest.field(SHA_256)).isNull();
    }

    @Test
    void whoWaitsForATaskThatIsDroppedIsTold() {
        assertThat(digest.await(SHA_256, tell)).isTrue();
        digest.drop(SHA_256);
        assertThat(told).hasValue(1);
        assertThat(digest.field(SHA_256)).isNull();
    }
}
