package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.Encoder;
import sluice.server.FileServer;
import sluice.server.Precompressor;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.testing.Await;
import sluice.server.testing.Coded;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Which of the codings that stand beside a file a client gets (RFC 9110 section 12.5.3). */
class CodingsTest {
    private static final String CONTENT = "the content itself";
    private static final byte[] BROTLI = Coded.brotli(CONTENT);
    private static final byte[] GZIP = Coded.gzip(CONTENT);
    private static final Instant SOURCE_TIME = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path root;

    @BeforeEach
    void plant() throws IOException {
        write("app.js", CONTENT, SOURCE_TIME);
        write("app.js.br", BROTLI, SOURCE_TIME);
        write("app.js.gz", GZIP, SOURCE_TIME.plusSeconds(1));
        write("alone.js", "nothing beside", SOURCE_TIME);
    }

    private void write(String name, String text, Instant time) throws IOException {
        write(name, text.getBytes(UTF_8), time);
    }

    private void write(String name, byte[] content, Instant time) throws IOException {
        Path file = Files.write(root.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    private ReceivedResponse get(String target, String... lines) throws IOException {
        try (Rehearsed site = Rehearsed.of(root)) {
            return site.get(target, lines);
        }
    }

    @Test
    void aClientGetsTheCodingItLikesBest() throws IOException {
        ReceivedResponse gzip = get("/app.js", "Accept-Encoding: br;q=0.5, gzip");
        assertThat(gzip.body()).isEqualTo(GZIP);
        assertThat(gzip.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(get("/app.js", "Accept-Encoding: gzip, br").body()).isEqualTo(BROTLI);
        assertThat(get("/app.js", "Accept-Encoding: zstd").text()).isEqualTo("the content itself");
    }

    @Test
    void withoutTheFieldOrWithAllRefusedTheContentItselfIsSent() throws IOException {
        ReceivedResponse plain = get("/app.js");
        assertThat(plain.text()).isEqualTo("the content itself");
        assertThat(plain.has("Content-Encoding")).isFalse();
        assertThat(get("/app.js", "Accept-Encoding: br;q=0, gzip;q=0").text())
                .isEqualTo("the content itself");
    }

    @Test
    void whoRefusesTheContentItselfGetsACodingOr406() throws IOException {
        assertThat(get("/app.js", "Accept-Encoding: gzip, identity;q=0").body()).isEqualTo(GZIP);
        ReceivedResponse none = get("/app.js", "Accept-Encoding: identity;q=0");
        assertThat(none.status()).isEqualTo(406);
        assertThat(none.field("Vary")).isEqualTo("Accept, Accept-Encoding");
        assertThat(get("/app.js", "Accept-Encoding: zstd, *;q=0").status()).isEqualTo(406);
    }

    @Test
    void codedContentKeepsItsTypeAndHasValidatorsOfItsOwn() throws IOException {
        ReceivedResponse plain = get("/app.js");
        ReceivedResponse coded = get("/app.js", "Accept-Encoding: br");
        assertThat(coded.field("Content-Type")).isEqualTo(plain.field("Content-Type"));
        assertThat(coded.field("ETag")).isNotEqualTo(plain.field("ETag"));
        assertThat(plain.field("Vary")).isEqualTo("Accept-Encoding");
        assertThat(coded.field("Vary")).isEqualTo("Accept-Encoding");
        String condition = "If-None-Match: " + coded.field("ETag");
        assertThat(get("/app.js", condition, "Accept-Encoding: br").status()).isEqualTo(304);
        assertThat(get("/app.js", condition).status()).isEqualTo(200);
    }

    @Test
    void rangesAreOfTheCodedContent() throws IOException {
        ReceivedResponse part = get("/app.js", "Accept-Encoding: br", "Range: bytes=3-");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(BROTLI, 3, BROTLI.length));
        assertThat(part.field("Content-Encoding")).isEqualTo("br");
        assertThat(part.field("Content-Range")).isEqualTo("bytes 3-21/22");
    }

    @Test
    void aSiblingOlderThanItsSourceIsNotUsed() throws IOException {
        Files.setLastModifiedTime(
                root.resolve("app.js"), FileTime.from(SOURCE_TIME.plusNanos(1_000)));
        assertThat(get("/app.js", "Accept-Encoding: br").text()).isEqualTo("the content itself");
        assertThat(get("/app.js", "Accept-Encoding: gzip").body()).isEqualTo(GZIP);
    }

    @Test
    void aSiblingIsNotSentUnlessItIsWhatItsNameSays() throws IOException {
        List<byte[]> wrong = List.of(
                "no coding at all, just a text".getBytes(UTF_8),
                new byte[0],
                new byte[] {0x1f, (byte) 0x8b, 8},
                Coded.gzip("another length"),
                Coded.gzip("the content ITSELF"),
                Coded.zstd("another length"));
        for (byte[] content : wrong) {
            for (String coding : List.of("br", "gz", "zst")) {
                write("app.js." + coding, content, SOURCE_TIME);
            }
            ReceivedResponse answer = get("/app.js", "Accept-Encoding: br, gzip, zstd");
            assertThat(answer.text()).isEqualTo(CONTENT);
            assertThat(answer.has("Content-Encoding")).isFalse();
            assertThat(answer.has("Vary")).as("there is nothing to choose from").isFalse();
        }
    }

    @Test
    void aSiblingThatIsMendedIsSentAndOneThatIsSpoiltNoLonger() throws IOException {
        ServedFiles fresh = ServedFiles.in(root).withFresh(Duration.ZERO);
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(fresh))) {
            for (int i = 0; i < 2; i++) {
                write("app.js.gz", "no gzip data", SOURCE_TIME.plusSeconds(2 * i));
                assertThat(site.get("/app.js", "Accept-Encoding: gzip").text()).isEqualTo(CONTENT);
                assertThat(site.get("/app.js", "Accept-Encoding: gzip").text()).isEqualTo(CONTENT);
                write("app.js.gz", GZIP, SOURCE_TIME.plusSeconds(2 * i + 1));
                assertThat(site.get("/app.js", "Accept-Encoding: gzip").body()).isEqualTo(GZIP);
            }
        }
    }

    /** However long its name is believed: its file is asked before each response. */
    @Test
    void aSiblingThatIsRewrittenInPlaceIsNotSentFromThenOn() throws IOException {
        String text = "all work and no play ".repeat(ServedFiles.MEMORY_UP_TO / 10);
        byte[] coded = Coded.gzip(text);
        write("long.txt", text, SOURCE_TIME);
        write("long.txt.gz", coded, SOURCE_TIME);
        ServedFiles believed = ServedFiles.in(root).withFresh(Duration.ofHours(1));
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(believed))) {
            assertThat(site.get("/long.txt", "Accept-Encoding: gzip").body()).isEqualTo(coded);
            write("long.txt.gz", new byte[coded.length], SOURCE_TIME);
            ReceivedResponse answer = site.get("/long.txt", "Accept-Encoding: gzip");
            assertThat(answer.has("Content-Encoding")).isFalse();
            assertThat(answer.text()).isEqualTo(text);
        }
    }

    @Test
    void aSiblingInZstdIsSent() throws IOException {
        byte[] zstd = Coded.zstd(CONTENT);
        write("app.js.zst", zstd, SOURCE_TIME);
        assertThat(get("/app.js", "Accept-Encoding: zstd").body()).isEqualTo(zstd);
    }

    /** RFC 9659: a browser takes a window of 8 MiB; the command zstd makes larger ones. */
    @Test
    void aSiblingWhoseWindowIsTooLargeForBrowsersIsNotSent() throws IOException {
        byte[] head = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0x68, 0, 0};
        write("app.js.zst", head, SOURCE_TIME);
        assertThat(get("/app.js", "Accept-Encoding: zstd").has("Content-Encoding"))
                .isTrue();
        head[5]++;
        write("app.js.zst", head, SOURCE_TIME);
        assertThat(get("/app.js", "Accept-Encoding: zstd").has("Content-Encoding"))
                .isFalse();
    }

    @Test
    void noSiblingIsSentIfNoneShallBe() throws IOException {
        ServedFiles alone = ServedFiles.in(root).withSiblings(false);
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(alone))) {
            ReceivedResponse answer = site.get("/app.js", "Accept-Encoding: br, gzip");
            assertThat(answer.text()).isEqualTo(CONTENT);
            assertThat(answer.has("Vary")).isFalse();
            assertThat(site.get("/app.js.gz").body()).as("by its own name").isEqualTo(GZIP);
        }
    }

    /** It has no other representation, so it is sent whatever the client accepts. */
    @Test
    void aFileThatIsCodedAlreadySaysSoAndIsNotCodedAgain() throws IOException {
        byte[] picture = Coded.gzip("<svg xmlns='http://www.w3.org/2000/svg'/>".repeat(100));
        write("a.svgz", picture, SOURCE_TIME);
        write("a.svgz.gz", Coded.gzip(picture), SOURCE_TIME);
        for (String accept : List.of("gzip, br", "identity", "gzip;q=0", "identity;q=0, br")) {
            ReceivedResponse answer = get("/a.svgz", "Accept-Encoding: " + accept);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("Content-Type")).isEqualTo("image/svg+xml");
            assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
            assertThat(answer.has("Vary")).isFalse();
            assertThat(answer.body()).isEqualTo(picture);
        }
        ReceivedResponse part = get("/a.svgz", "Range: bytes=0-1");
        assertThat(part.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(Precompressor.tasks(root, Encoder.all(), Map.of())).isEmpty();
    }

    @Test
    void aFileThatIsCodedAlreadyIsNotCompressed(@TempDir Path store) throws Exception {
        byte[] picture = Coded.gzip("<svg xmlns='http://www.w3.org/2000/svg'/>".repeat(100));
        write("a.svgz", picture, SOURCE_TIME);
        ServedFiles files = ServedFiles.in(root).withCompressedIn(store);
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(files))) {
            ReceivedResponse answer = site.get("/a.svgz", "Accept-Encoding: gzip");
            assertThat(answer.body()).isEqualTo(picture);
            assertThat(answer.has("Vary")).as("nothing will be chosen from").isFalse();
        }
        assertThat(store).isEmptyDirectory();
    }

    @Test
    void aSiblingThatIsLeftAsideDoesNotKeepTheServerFromMakingOne(@TempDir Path store)
            throws Exception {
        String text = "all work and no play ".repeat(1_000);
        write("long.txt", text, SOURCE_TIME);
        write("long.txt.gz", "no gzip data", SOURCE_TIME);
        Sluice.Builder settings =
                Setup.PLAIN.serving(root).files(ServedFiles.in(root).withCompressedIn(store));
        try (FileServer server = settings.build().start()) {
            Await.until(
                    "compressed content",
                    () -> RawClient.get(server, "/long.txt", "Accept-Encoding: gzip")
                            .has("Content-Encoding"));
            ReceivedResponse coded = RawClient.get(server, "/long.txt", "Accept-Encoding: gzip");
            assertThat(unzip(coded.body())).isEqualTo(text);
        }
    }

    @Test
    void aFileWithNothingBesideItDoesNotVary() throws IOException {
        ReceivedResponse alone = get("/alone.js", "Accept-Encoding: br, gzip");
        assertThat(alone.text()).isEqualTo("nothing beside");
        assertThat(alone.has("Vary")).isFalse();
    }

    @Test
    void whatDoesNotCompressIsNotLookedForInCodings() throws IOException {
        write("film.mp4", "film", SOURCE_TIME);
        write("film.mp4.gz", "gz", SOURCE_TIME);
        assertThat(get("/film.mp4", "Accept-Encoding: gzip").text()).isEqualTo("film");
    }

    @Test
    void contentThatClientsAskForIsCompressedOnceInTheBackground(@TempDir Path store)
            throws Exception {
        String text = "all work and no play ".repeat(1_000);
        Files.writeString(root.resolve("long.txt"), text);
        Sluice.Builder settings =
                Setup.PLAIN.serving(root).files(ServedFiles.in(root).withCompressedIn(store));
        try (FileServer server = settings.build().start()) {
            ReceivedResponse first = RawClient.get(server, "/long.txt", "Accept-Encoding: gzip");
            assertThat(first.text()).isEqualTo(text);
            assertThat(first.field("Vary")).isEqualTo("Accept-Encoding");
            Await.until(
                    "compressed content",
                    () -> RawClient.get(server, "/long.txt", "Accept-Encoding: gzip")
                            .has("Content-Encoding"));
            ReceivedResponse coded = RawClient.get(server, "/long.txt", "Accept-Encoding: gzip");
            assertThat(unzip(coded.body())).isEqualTo(text);
            assertThat(RawClient.get(server, "/long.txt").text()).isEqualTo(text);
        }
        assertThat(store).isDirectoryContaining(path -> path.toString().endsWith(".gz"));
    }

    private static String unzip(byte[] coded) throws IOException {
        try (var in = new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(coded))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
