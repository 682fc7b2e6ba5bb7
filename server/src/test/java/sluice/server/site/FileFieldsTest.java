package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.Method;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What the fields of an answer say about a file, and what those of a request change. */
final class FileFieldsTest {
    private static final Instant MODIFIED = Instant.ofEpochSecond(1_700_000_000);

    @TempDir
    private Path root;

    private Path file;
    private Rehearsed site;

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(root.resolve("file"), "0123456789");
        Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
        site = Rehearsed.of(root);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static Instant time(String field) {
        return ZonedDateTime.parse(field, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    @Test
    void theDateIsWhenTheAnswerWasMade() throws IOException {
        // The second of the answer, and of what came a tenth of a second before it.
        Instant before = Instant.now().minusMillis(1_100);
        for (String target : new String[] {"/file", "/none"}) {
            assertThat(time(site.get(target).field("Date"))).isBetween(before, Instant.now());
        }
    }

    @Test
    void aFileOfTheFutureWasNotModifiedAfterTheAnswer() throws IOException {
        FileTime future = FileTime.from(Instant.now().plusSeconds(100_000));
        Files.setLastModifiedTime(file, future);
        ReceivedResponse answer = site.get("/file");
        assertThat(time(answer.field("Last-Modified")))
                .isBeforeOrEqualTo(time(answer.field("Date")));
    }

    @Test
    void aRangeIsSentIfTheClientHasTheRestOfThisVersion() throws IOException {
        String tag = site.get("/file").field("ETag");
        String modified = site.get("/file").field("Last-Modified");
        for (String version : new String[] {tag, modified}) {
            ReceivedResponse part = site.get("/file", "Range: bytes=2-4", "If-Range: " + version);
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.field("Content-Range")).isEqualTo("bytes 2-4/10");
            assertThat(part.text()).isEqualTo("234");
        }
    }

    @Test
    void theWholeFileIsSentIfTheClientHasAnotherVersion() throws IOException {
        String other = "Tue, 14 Nov 2023 22:13:21 GMT"; // a second later than the file's
        for (String version : new String[] {"\"other\"", other}) {
            ReceivedResponse whole = site.get("/file", "Range: bytes=2-4", "If-Range: " + version);
            assertThat(whole.status()).isEqualTo(200);
            assertThat(whole.has("Content-Range")).isFalse();
            assertThat(whole.text()).isEqualTo("0123456789");
        }
    }

    @Test
    void aRangeMeansNothingToHead() throws IOException {
        for (String range : new String[] {"bytes=2-4", "bytes=99-"}) {
            ReceivedResponse head =
                    site.ask(Method.HEAD, request("HEAD", "/file", "Range: " + range));
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.contentLength()).isEqualTo(10);
            assertThat(head.has("Content-Range")).isFalse();
        }
    }
}
