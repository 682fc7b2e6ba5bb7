package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.http.ChosenTypes;
import sluice.http.DigestAlgorithm;
import sluice.server.CacheLimits;
import sluice.server.EntityTags;
import sluice.server.SymlinkPolicy;
import sluice.server.root.DocumentRoot;
import sluice.server.root.PathKey;
import sluice.server.rules.FieldRules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A digest belongs to one version of a file, or is not told. */
final class ReprDigestTest {
    private static final byte[] NAME = "file".getBytes(ISO_8859_1);

    @TempDir
    private Path root;

    private DocumentRoot documents;
    private FileCache cache;
    private FileEntry entry;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(root.resolve("file"), "a".repeat(100_000));
        documents = DocumentRoot.open(root, SymlinkPolicy.INSIDE);
        cache = new FileCache(
                documents,
                null,
                new Eviction(new CacheLimits(1 << 20, 100, 10)),
                new FileCache.Rules(
                        0, 0, true, ChosenTypes.NONE, EntityTags.MTIME_SIZE, FieldRules.NONE));
        entry = (FileEntry) cache.find(new PathKey().set(NAME, 0, NAME.length), 0, true);
    }

    @AfterEach
    void close() {
        entry.release();
        cache.close();
        documents.close();
    }

    private void compute(DigestAlgorithm algorithm) {
        assertThat(entry.digest().ask(algorithm)).isTrue();
        entry.digest().compute(entry, algorithm);
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatStaysHasADigest(DigestAlgorithm algorithm) {
        compute(algorithm);
        assertThat(entry.digest().field(algorithm)).isNotNull();
    }

    /** It is as long as it was, and all of it can be read. */
    @ParameterizedTest
    @EnumSource
    void aFileThatIsWrittenToMeanwhileHasNoDigest(DigestAlgorithm algorithm) throws IOException {
        Files.writeString(root.resolve("file"), "b", StandardOpenOption.WRITE);
        compute(algorithm);
        assertThat(entry.digest().field(algorithm)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsCutMeanwhileHasNoDigest(DigestAlgorithm algorithm) throws IOException {
        Files.writeString(root.resolve("file"), "a");
        compute(algorithm);
        assertThat(entry.digest().field(algorithm)).isNull();
    }
}
