package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.Listen;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What an embedder can say of a server, and what is refused as soon as it is said. */
final class SluiceTest {
    private static final ServedFiles FILES = ServedFiles.in(Path.of("site"));
    private static final Uploads UPLOADS = Uploads.defaults();

    private static void assertRefused(ThrowingCallable telling, String line) {
        assertThatThrownBy(telling).isInstanceOf(IllegalArgumentException.class).hasMessage(line);
    }

    @Test
    void whoeverSaysNothingServesThisDirectoryToThisMachine() {
        Sluice sluice = Sluice.builder().build();
        assertThat(sluice.addresses()).containsExactly(Listen.address("127.0.0.1", 8_000));
        assertThat(sluice.files()).isEqualTo(ServedFiles.in(Path.of("")));
        assertThat(sluice.files().uploads()).isNull();
        assertThat(sluice.listeners()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, 70_000})
    void aPortIsANumberOf16Bits(int port) {
        assertRefused(
                () -> Sluice.builder().port(port).build(),
                "port must be between 0 and 65535, not " + port);
    }

    @Test
    void aHostMustBeKnown() {
        assertRefused(
                () -> Sluice.builder().host("no.such.host.invalid").build(),
                "no address is known for host no.such.host.invalid");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, ServedFiles.MEMORY_UP_TO_MAX + 1})
    void anAnswerFromMemoryFitsInOneBlock(int bytes) {
        assertRefused(
                () -> FILES.withMemoryUpTo(bytes),
                "memoryUpTo must be between 0 and 30720, not " + bytes);
    }

    @Test
    void anUploadIsNotSmallerThanNothing() {
        assertRefused(
                () -> UPLOADS.withMaxSize(-1),
                "the maximum size of an upload must be 0 or more, not -1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT0.9S", "P366D"})
    void anUploadWaitsForASecondAtLeastAndForAYearAtMost(Duration age) {
        assertRefused(
                () -> UPLOADS.withMaxAge(age),
                "the maximum age of an upload must be between 1 s and 365 days, not " + age);
    }

    @Test
    void rootAndUploadsHoldInWhateverOrderTheyAreSaid() {
        Path root = Path.of("other");
        ServedFiles expected = FILES.withListing(false).withRoot(root).withUploads(UPLOADS);
        assertThat(Sluice.builder()
                        .root(root)
                        .uploads(UPLOADS)
                        .files(FILES.withListing(false))
                        .build()
                        .files())
                .isEqualTo(expected);
        assertThat(Sluice.builder()
                        .files(FILES.withListing(false))
                        .uploads(UPLOADS)
                        .root(root)
                        .build()
                        .files())
                .isEqualTo(expected);
    }

    @Test
    void aRecordThatIsToldOneThingMoreKeepsTheOthers() {
        Path store = Path.of("store");
        assertThat(FILES.withListing(false)
                        .withDotfiles(true)
                        .withSymlinks(SymlinkPolicy.ALL)
                        .withExplain(true)
                        .withMemoryUpTo(1)
                        .withCompressedIn(store)
                        .withTags(EntityTags.CONTENT)
                        .withFresh(Duration.ofMillis(5))
                        .withSiblings(false)
                        .withTypes(Map.of("log", "text/plain"))
                        .withRules(Rules.NONE.withCleanUrls(true))
                        .withRoot(Path.of("other")))
                .isEqualTo(new ServedFiles(
                        Path.of("other"),
                        false,
                        true,
                        SymlinkPolicy.ALL,
                        true,
                        1,
                        store,
                        null,
                        Duration.ofMillis(5),
                        false,
                        Map.of("log", "text/plain"),
                        Map.of(),
                        EntityTags.CONTENT,
                        null,
                        Rules.NONE.withCleanUrls(true)));
    }
}
