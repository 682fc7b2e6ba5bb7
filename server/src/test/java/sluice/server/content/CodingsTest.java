package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** Which of the codings that stand beside a file a client gets (RFC 9110 section 12.5.3). */
class CodingsTest {
    private static final Instant SOURCE_TIME = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path root;

    @BeforeEach
    void plant() throws IOException {
        write("app.js", "the content itself", SOURCE_TIME);
        write("app.js.br", "in brotli", SOURCE_TIME);
        write("app.js.gz", "in gzip", SOURCE_TIME.plusSeconds(1));
        write("alone.js", "nothing beside", SOURCE_TIME);
    }

    private void write(String name, String text, Instant time) throws IOException {
        Path file = Files.writeString(root.resolve(name), text);
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
        assertThat(gzip.text()).isEqualTo("in gzip");
        assertThat(gzip.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(get("/app.js", "Accept-Encoding: gzip, br").text()).isEqualTo("in brotli");
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
        assertThat(get("/app.js", "Accept-Encoding: gzip, identity;q=0").text())
                .isEqualTo("in gzip");
        ReceivedResponse none = get("/app.js", "Accept-Encoding: identity;q=0");
        assertThat(none.status()).isEqualTo(406);
        assertThat(none.field("Vary")).isEqualTo("Accept-Encoding");
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
        assertThat(part.text()).isEqualTo("brotli");
        assertThat(part.field("Content-Encoding")).isEqualTo("br");
        assertThat(part.field("Content-Range")).isEqualTo("bytes 3-8/9");
    }

    @Test
    void aSiblingOlderThanItsSourceIsNotUsed() throws IOException {
        Files.setLastModifiedTime(
                root.resolve("app.js"), FileTime.from(SOURCE_TIME.plusNanos(1_000)));
        assertThat(get("/app.js", "Accept-Encoding: br").text()).isEqualTo("the content itself");
        assertThat(get("/app.js", "Accept-Encoding: gzip").text()).isEqualTo("in gzip");
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
                Sluice.builder().port(0).files(ServedFiles.in(root).withCompressedIn(store));
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
