package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.Method;
import sluice.http.ResponseHeadParser;
import sluice.io.Counter;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Uploads that go on after an interruption, as the draft on resumable uploads has them. */
final class ResumableUploadsTest {
    private static final byte[] CONTENT = Tree.random(2_000_003);
    private static final String VERSION = "Upload-Draft-Interop-Version: 8";
    private static final String PARTIAL = "Content-Type: application/partial-upload";

    @TempDir
    private Path root;

    private FileServer server;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        server = Setup.PLAIN
                .serving(root)
                .uploads(Uploads.defaults().withMaxSize(10_000_000))
                .build()
                .start();
        client = RawClient.of(server);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private void restart() throws IOException {
        stop();
        start();
    }

    private void send(String method, String target, byte[] body, String... lines)
            throws IOException {
        String[] all = Stream.concat(Stream.of("Content-Length: " + body.length), Stream.of(lines))
                .toArray(String[]::new);
        client.send(request(method, target, all)).send(body);
    }

    /** Begins an upload with some octets: its reference. */
    private String begin(int octets, String... lines) throws IOException {
        String[] all = Stream.concat(Stream.of("Upload-Complete: ?0", VERSION), Stream.of(lines))
                .toArray(String[]::new);
        send("PUT", "/big.bin", Arrays.copyOf(CONTENT, octets), all);
        ResponseHeadParser interim = client.reader().readHead();
        assertThat(interim.status()).isEqualTo(104);
        ReceivedResponse created = client.read();
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.field("Upload-Complete")).isEqualTo("?0");
        assertThat(created.field("Upload-Limit")).startsWith("max-size=10000000, max-age=");
        String reference = created.field("Location");
        assertThat(ReceivedResponse.of(interim, new byte[0]).field("Location"))
                .isEqualTo(reference);
        assertThat(reference).matches("/\\.sluice-uploads/\\.sluice-upload-[0-9a-f]{32}");
        return reference;
    }

    private ReceivedResponse head(String reference) throws IOException {
        return client.send(request("HEAD", reference)).read(Method.HEAD);
    }

    private int offset(String reference) throws IOException {
        return Integer.parseInt(head(reference).field("Upload-Offset"));
    }

    private ReceivedResponse append(
            String reference, int from, int to, String complete, String... lines)
            throws IOException {
        String[] all = Stream.concat(
                        Stream.of(
                                PARTIAL, "Upload-Offset: " + from, "Upload-Complete: " + complete),
                        Stream.of(lines))
                .toArray(String[]::new);
        send("PATCH", reference, Arrays.copyOfRange(CONTENT, from, to), all);
        return client.read();
    }

    private void expectWhole(ReceivedResponse last) throws IOException {
        assertThat(last.status()).isEqualTo(201);
        assertThat(last.field("Upload-Complete")).isEqualTo("?1");
        assertThat(Files.readAllBytes(root.resolve("big.bin"))).isEqualTo(CONTENT);
        assertThat(client.get("/big.bin").field("ETag")).isEqualTo(last.field("ETag"));
    }

    @Test
    void aFileComesInParts() throws IOException {
        String reference = begin(1_000, "Upload-Length: " + CONTENT.length);
        assertThat(root.resolve("big.bin")).doesNotExist();
        ReceivedResponse part = append(reference, 1_000, 500_000, "?0");
        assertThat(part.status()).isEqualTo(204);
        assertThat(part.field("Upload-Complete")).isEqualTo("?0");

        expectWhole(append(reference, 500_000, CONTENT.length, "?1"));
    }

    @Test
    void aWholeFileInOneRequestNeedsNoSecond() throws IOException {
        send("POST", "/big.bin", CONTENT, "Upload-Complete: ?1", VERSION);
        assertThat(client.reader().readHead().status()).isEqualTo(104);

        expectWhole(client.read());
    }

    @Test
    void anUploadOutlivesItsConnectionAndTheServer() throws Exception {
        client.send(request(
                        "PUT",
                        "/big.bin",
                        "Upload-Complete: ?1",
                        VERSION,
                        "Content-Length: " + CONTENT.length))
                .send(Arrays.copyOf(CONTENT, 700_000));
        ResponseHeadParser interim = client.reader().readHead();
        String reference = ReceivedResponse.of(interim, new byte[0]).field("Location");
        Await.equal("bytes received", () -> server.count(Counter.BYTES_TO_FILES), 700_000);
        client.reset();
        client = RawClient.of(server);
        ReceivedResponse progress = head(reference);
        assertThat(progress.status()).isEqualTo(204);
        assertThat(progress.field("Upload-Length")).isEqualTo("" + CONTENT.length);
        assertThat(progress.field("Upload-Complete")).isEqualTo("?0");
        assertThat(progress.field("Cache-Control")).isEqualTo("no-store");
        int at = offset(reference);
        assertThat(at).isBetween(600_000, 700_000);

        restart();
        assertThat(offset(reference)).isEqualTo(at);
        expectWhole(append(reference, at, CONTENT.length, "?1"));

        restart();
        assertThat(head(reference).field("Upload-Complete")).isEqualTo("?1");
        assertThat(offset(reference)).isEqualTo(CONTENT.length);
    }

    @Test
    void whoeverComesBackTakesOverFromAConnectionThatIsStillThere() throws Exception {
        String reference = begin(1_000);
        try (RawClient stalled = RawClient.of(server)) {
            stalled.send(request(
                            "PATCH",
                            reference,
                            PARTIAL,
                            "Upload-Offset: 1000",
                            "Upload-Complete: ?1",
                            "Content-Length: 1000000"))
                    .send(new byte[10]);
            Await.equal("bytes received", () -> server.count(Counter.BYTES_TO_FILES), 1_010);
            int at = offset(reference);
            assertThat(at).isBetween(1_000, 1_010);
            Await.equal("connections", server::connections, 1);
            assertThat(offset(reference)).isEqualTo(at);
        }
        assertThat(client.send(request("DELETE", reference)).read().status()).isEqualTo(204);
    }

    @Test
    void anAppendAtTheWrongOffsetIsToldTheRightOne() throws IOException {
        String reference = begin(1_000);
        ReceivedResponse refused = append(reference, 900, 1_000, "?0");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.field("Upload-Offset")).isEqualTo("1000");
        assertThat(refused.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.text())
                .contains("mismatching-upload-offset", "\"expected-offset\":1000", ":900");
        expectWhole(append(reference, 1_000, CONTENT.length, "?1"));
    }

    @Test
    void aFinishedUploadTakesNothingMore() throws IOException {
        String reference = begin(CONTENT.length);
        expectWhole(append(reference, CONTENT.length, CONTENT.length, "?1"));
        ReceivedResponse refused = append(reference, 0, 10, "?1");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("completed-upload");
        assertThat(client.send(request("DELETE", reference)).read().status()).isEqualTo(204);
        assertThat(head(reference).status()).isEqualTo(404);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void aCancelledUploadLeavesNothing() throws IOException {
        String reference = begin(1_000);
        assertThat(Uploaded.temporaries(root)).hasSize(2);
        assertThat(client.send(request("DELETE", reference)).read().status()).isEqualTo(204);

        assertThat(head(reference).status()).isEqualTo(404);
        assertThat(append(reference, 1_000, 2_000, "?0").status()).isEqualTo(404);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void lengthsThatDoNotAgreeAreRefused() throws IOException {
        String reference = begin(1_000, "Upload-Length: 3000");
        for (ReceivedResponse refused : List.of(
                append(reference, 1_000, 2_000, "?1"),
                append(reference, 1_000, 2_000, "?0", "Upload-Length: 3001"),
                append(reference, 1_000, 4_000, "?0"))) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("inconsistent-upload-length");
        }
        assertThat(offset(reference)).isEqualTo(1_000);
        assertThat(append(reference, 1_000, 3_000, "?1").status()).isEqualTo(201);
    }

    @Test
    void anUploadThatOutgrowsItsLengthIsOver() throws IOException {
        String reference = begin(1_000, "Upload-Length: 1005");
        client.send(request(
                        "PATCH",
                        reference,
                        PARTIAL,
                        "Upload-Offset: 1000",
                        "Upload-Complete: ?0",
                        "Transfer-Encoding: chunked")
                + "6\r\nabcdef\r\n0\r\n\r\n");

        assertThat(client.read().status()).isEqualTo(400);
        assertThat(head(reference).status()).isEqualTo(404);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Type: text/plain,Upload-Offset: 1000,Upload-Complete: ?0,415",
        "Content-Type: application/partial-upload,X: y,Upload-Complete: ?0,400",
        "Content-Type: application/partial-upload,Upload-Offset: 1000,X: y,400",
        "Content-Type: application/partial-upload,Upload-Offset: 1000.0,Upload-Complete: ?0,400"
    })
    void anAppendSaysWhatItIs(String type, String offset, String complete, int status)
            throws IOException {
        String reference = begin(1_000);
        client.send(request("PATCH", reference, type, offset, complete));

        assertThat(client.read().status()).isEqualTo(status);
        assertThat(offset(reference)).isEqualTo(1_000);
    }

    @Test
    void theConditionsOfTheFirstRequestHoldForTheLast() throws IOException {
        String reference = begin(1_000, "If-None-Match: *");
        Files.writeString(root.resolve("big.bin"), "theirs");
        ReceivedResponse refused = append(reference, 1_000, 2_000, "?1");

        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.field("Upload-Complete")).isEqualTo("?1");
        assertThat(root.resolve("big.bin")).hasContent("theirs");
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void whatIsTooLargeIsRefusedAsSoonAsThatIsKnown() throws IOException {
        client.send(request("PUT", "/x", "Upload-Complete: ?0", "Upload-Length: 10000001"));
        ReceivedResponse refused = client.read();

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.field("Upload-Limit")).startsWith("max-size=10000000");
    }

    /** By its head alone: it is not asked for, none of it is stored, and the upload may go on. */
    @ParameterizedTest
    @CsvSource({
        "X: y,?0,10737418240,413",
        "X: y,?1,10737418240,413",
        "X: y,?1,9223372036854775806,413",
        "Upload-Length: 300000,?0,1048576,400",
        "Upload-Length: 300000,?0,9223372036854775806,400",
        "Upload-Length: 300000,?1,9223372036854775806,400"
    })
    void aPartThatIsTooLongIsRefusedBeforeItComes(
            String first, String complete, String length, int status) throws IOException {
        String reference = begin(1_000, first);

        assertThat(offer(server, reference, complete, length)).isEqualTo(status);
        assertThat(offset(reference)).isEqualTo(1_000);
    }

    /** The first status that comes of an append which waits to be asked for its body. */
    private static int offer(FileServer to, String reference, String complete, String length)
            throws IOException {
        try (RawClient other = RawClient.of(to)) {
            other.send(request(
                    "PATCH",
                    reference,
                    PARTIAL,
                    "Upload-Offset: 1000",
                    "Upload-Complete: " + complete,
                    "Content-Length: " + length,
                    "Expect: 100-continue"));
            return other.reader().readHead().status();
        }
    }

    @ParameterizedTest
    @CsvSource({"?0,9000000000000000000", "?0,9223372036854775806", "?1,9223372036854775806"})
    void aPartThatTheDiskDoesNotHoldIsRefusedBeforeItComes(String complete, String length)
            throws IOException {
        String reference = begin(1_000);
        try (FileServer unlimited =
                Setup.PLAIN.serving(root).uploads(Uploads.defaults()).build().start()) {
            assertThat(offer(unlimited, reference, complete, length)).isEqualTo(507);
        }
        assertThat(offset(reference)).isEqualTo(1_000);
    }

    @Test
    void aFirstPartThatIsLongerThanTheWholeIsRefusedBeforeItComes() throws IOException {
        client.send(request(
                "PUT",
                "/big.bin",
                "Upload-Complete: ?0",
                "Upload-Length: 300000",
                "Content-Length: 1048576",
                "Expect: 100-continue"));

        assertThat(client.reader().readHead().status()).isEqualTo(400);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void nobodyCanAskForAnUploadThatIsNotThere() throws IOException {
        String other = "/.sluice-upload-0123456789abcdef0123456789abcdef";
        assertThat(head(other).status()).isEqualTo(404);
        assertThat(append(other, 0, 10, "?0").status()).isEqualTo(404);
        assertThat(head("/none" + other).status()).isEqualTo(404);
    }

    @Test
    void whatIsNotResumedInADayGoesAndWhatADeadProcessLeftAtOnce() throws Exception {
        Path folder = Files.createDirectories(root.resolve("a/b"));
        String kept = begin(1_000);
        String late = begin(1_000);
        FileTime old = FileTime.from(Instant.now().minus(25, ChronoUnit.HOURS));
        for (String name : List.of(late, late + ".state")) {
            Files.setLastModifiedTime(root.resolve(name.substring(1)), old);
        }
        Files.writeString(folder.resolve(".sluice-upload-" + "0".repeat(32)), "left behind");
        restart();

        String name = kept.substring(kept.lastIndexOf('/') + 1);
        Await.until(
                "the rest is gone",
                () -> Uploaded.temporaries(root).equals(List.of(name, name + ".state")));
        assertThat(offset(kept)).isEqualTo(1_000);
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count open files in");
        int before = Descriptors.below(root);
        String reference = begin(1_000);
        // Few octets: of many the last would meet a connection that is closed after the refusal.
        send("PATCH", reference, new byte[9], PARTIAL, "Upload-Offset: 7", "Upload-Complete: ?0");
        assertThat(client.read().status()).isEqualTo(409);
        client.close();
        client = RawClient.of(server);
        send("DELETE", reference, new byte[0]);
        assertThat(client.read().status()).isEqualTo(204);

        assertThat(Descriptors.below(root)).isEqualTo(before);
    }
}
