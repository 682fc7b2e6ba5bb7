package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.FileServer;
import sluice.server.listing.Readme;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Codings and conditions of listings. */
final class ListedAnswersTest {
    private Path root = Path.of("");
    private FileServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        root = folder;
        Files.writeString(root.resolve("one.txt"), "1");
        server = Setup.PLAIN.start(Setup.PLAIN.serving(root));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ReceivedResponse get(String target, String... lines) throws IOException {
        return RawClient.get(server, target, lines);
    }

    private static String unzipped(ReceivedResponse response) throws IOException {
        assertThat(response.field("Content-Encoding")).isEqualTo("gzip");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aListingIsCompressedForWhoAcceptsThat() throws IOException {
        for (String target : new String[] {"/", "/?format=json"}) {
            String plain = get(target).text();
            assertThat(unzipped(get(target, "Accept-Encoding: br, gzip"))).isEqualTo(plain);
            assertThat(get(target, "Accept-Encoding: gzip;q=0").text()).isEqualTo(plain);
            assertThat(get(target, "Accept-Encoding: gzip;q=0.1, identity").text())
                    .isEqualTo(plain);
        }
    }

    @Test
    void aListingThatTheClientHasIsNotSentAgain() throws IOException {
        for (String coding : new String[] {"identity", "gzip"}) {
            String line = "Accept-Encoding: " + coding;
            String tag = get("/", line).field("ETag");
            ReceivedResponse again = get("/", line, "If-None-Match: " + tag);
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.field("ETag")).isEqualTo(tag);
            assertThat(again.field("Vary")).isEqualTo("Accept, Accept-Encoding");
            assertThat(get("/", line, "If-Match: \"x\"").status()).isEqualTo(412);
        }
        assertThat(get("/").field("ETag"))
                .isNotEqualTo(get("/", "Accept-Encoding: gzip").field("ETag"));
    }

    @Test
    void aListingThatHasChangedIsSentAgain() throws IOException {
        String tag = get("/").field("ETag");
        Files.writeString(root.resolve("two.txt"), "2");
        assertThat(get("/", "If-None-Match: " + tag).text()).contains("two.txt");
    }

    @Test
    void theReadmeOfAFolderIsPartOfItsPageAndOfItsTag() throws IOException {
        Path readme = root.resolve("README.md");
        Files.writeString(readme, "<first> text");
        ReceivedResponse first = get("/");
        assertThat(first.text()).contains("<pre>\n&lt;first&gt; text</pre>");
        Files.writeString(readme, "<other> text");
        assertThat(get("/").text()).contains("&lt;other&gt; text");
        Files.writeString(readme, "line\n".repeat(Readme.MAX));
        assertThat(get("/").text()).contains("The rest").hasSizeLessThan(4 * Readme.MAX);
        assertThat(get("/?format=json").text()).doesNotContain("line");
    }
}
