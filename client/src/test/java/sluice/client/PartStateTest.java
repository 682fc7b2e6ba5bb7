package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.BodyLength;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What is believed of a file that was received in part. */
final class PartStateTest {
    private static final HttpUrl URL = HttpUrl.parse("http://h/file");

    @TempDir
    private Path folder;

    private static PartState begun(Map<String, String> fields) {
        return PartState.of(URL, new Response(200, fields, BodyLength.FIXED, 100, 0));
    }

    @Test
    void itIsReadAsItWasSaved() throws IOException {
        Path path = folder.resolve("state");
        PartState state = begun(Map.of("etag", "\"1\"")).syncedTo(40);
        state.save(path);
        assertThat(PartState.load(path)).isEqualTo(state);
    }

    /** What is overwritten in place is empty for a moment, or for good if the disk is full. */
    @Test
    void whatWasSavedIsReplacedAtOnceAndNotOverwritten() throws IOException {
        Path path = folder.resolve("state");
        PartState state = begun(Map.of("etag", "\"1\""));
        state.save(path);
        Path held = Files.createLink(folder.resolve("held"), path);
        state.syncedTo(40).save(path);
        assertThat(PartState.load(held)).isEqualTo(state);
        assertThat(PartState.load(path)).isEqualTo(state.syncedTo(40));
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void whatWasSavedOutlivesASaveThatFails() throws IOException {
        Path path = folder.resolve("state");
        PartState state = begun(Map.of("etag", "\"1\""));
        state.save(path);
        Path inTheWay = Files.createDirectories(folder.resolve("state.new/x"));
        assertThatThrownBy(() -> state.syncedTo(40).save(path)).isInstanceOf(IOException.class);
        assertThat(PartState.load(path)).isEqualTo(state);
        Files.delete(inTheWay);
        PartState.delete(path);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void oneThatIsCutOrMissingCountsForNothing() throws IOException {
        Path path = folder.resolve("state");
        assertThat(PartState.load(path)).isNull();
        begun(Map.of()).save(path);
        String whole = Files.readString(path);
        for (int length = 0; length < whole.length() - 2; length++) {
            Files.writeString(path, whole.substring(0, length));
            assertThat(PartState.load(path)).isNull();
        }
    }

    @Test
    void oneOfAnotherFormCountsForNothing() throws IOException {
        Path path = folder.resolve("state");
        begun(Map.of()).save(path);
        String whole = Files.readString(path);
        Files.writeString(path, whole + "more\n");
        assertThat(PartState.load(path)).isNull();
        Files.writeString(path, whole.replace("sluice-get 1", "sluice-get 2"));
        assertThat(PartState.load(path)).isNull();
        Files.writeString(path, whole.replace("\n100\n", "\nx\n"));
        assertThat(PartState.load(path)).isNull();
    }

    @Test
    void withoutALengthOrWithNothingToFetchItDoesNotGoOn() {
        Map<String, String> tag = Map.of("etag", "\"1\"");
        Response endless = new Response(200, tag, BodyLength.UNTIL_CLOSE, 100, 0);
        assertThat(PartState.of(URL, endless).length()).isEqualTo(-1);
        assertThat(PartState.of(URL, endless).canGoOn()).isFalse();
        Response empty = new Response(200, tag, BodyLength.FIXED, 0, 0);
        assertThat(PartState.of(URL, empty).length()).isZero();
        assertThat(PartState.of(URL, empty).canGoOn()).isFalse();
        assertThat(PartState.of(URL, new Response(200, tag, BodyLength.FIXED, 1, 0))
                        .canGoOn())
                .isTrue();
    }

    @Test
    void whereBootsHaveNoIdOnlyWhatWasSyncedIsBelieved() {
        PartState nameless = new PartState("http://h/file", "\"1\"", 100, "", 40);
        assertThat(nameless.trusted(80)).isEqualTo(40);
    }

    @Test
    void onlyAStrongTagLetsItGoOn() {
        assertThat(begun(Map.of("etag", "\"1\"")).canGoOn()).isTrue();
        assertThat(begun(Map.of("etag", "W/\"1\"")).canGoOn()).isFalse();
        assertThat(begun(Map.of("etag", "\"1\", \"2\"")).canGoOn()).isFalse();
        assertThat(begun(Map.of()).canGoOn()).isFalse();
    }

    @Test
    void afterAStartOfTheMachineOnlyWhatWasSyncedIsBelieved() {
        PartState other = new PartState("http://h/file", "\"1\"", 100, "another boot", 40);
        assertThat(other.trusted(80)).isEqualTo(40);
        assertThat(other.trusted(30)).isEqualTo(30);
        assertThat(other.syncedTo(200).trusted(200)).isEqualTo(100);
    }

    @Test
    void withoutOneEverythingIsBelieved() {
        assumeTrue(Linux.available(), "boot ids are Linux's");
        assertThat(begun(Map.of("etag", "\"1\"")).trusted(80)).isEqualTo(80);
    }
}
