package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.client.TinyServer.saying;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Uploads to servers that refuse late, or say little. */
final class StrangeUploadsTest {
    private static final int LENGTH = 1_000_000;
    private static final String HALF =
            "HTTP/1.1 204 No Content\r\nUpload-Complete: ?0\r\nUpload-Offset: 500000\r\n\r\n";
    private static final String VERSION = "Upload-Draft-Interop-Version: 8\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    private static final String GONE = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private Path source;

    @BeforeEach
    void plant() throws IOException {
        source = Files.write(folder.resolve("source"), new byte[LENGTH]);
    }

    private Upload.Summary put(TinyServer server) throws IOException, InterruptedException {
        return new Upload(source, server.url("/file"), recorder, recorder, null).run();
    }

    /** Names a place to go on, and ends in the middle. */
    private static TinyServer.Reply tears(String location) {
        return (head, in, out) -> {
            String interim = "HTTP/1.1 104 Upload Resumption Supported\r\n" + VERSION + "Location: "
                    + location + "\r\n\r\n" + CONTINUE;
            out.write(interim.getBytes(US_ASCII));
            in.readNBytes(LENGTH / 2);
            throw new TinyServer.Tear();
        };
    }

    private static TinyServer.Reply takesHalf(String answer) {
        return (head, in, out) -> {
            out.write(CONTINUE.getBytes(US_ASCII));
            in.readNBytes(LENGTH / 2);
            out.write(answer.getBytes(US_ASCII));
        };
    }

    private static List<String> methods(TinyServer server) {
        return server.heads.stream()
                .map(head -> head.substring(0, head.indexOf(" HTTP/1.1")))
                .toList();
    }

    /** Its Upload-Complete says that all has come, and not that it has its place. */
    @ParameterizedTest
    @CsvSource({
        "507 Insufficient Storage, the server's disk is full (507",
        "403 Forbidden, does not allow writing there (403",
        "409 Conflict, or the path is a directory (409",
        "400 Bad Request, the server refused the request (400"
    })
    void aFileThatIsWholeAndRefusedIsToldAndNotSentAgain(String status, String words)
            throws Exception {
        String refusal = "HTTP/1.1 " + status + "\r\nUpload-Complete: ?1\r\nContent-Length: 2\r\n"
                + "\r\nno";
        try (TinyServer server = TinyServer.of(
                tears("/part"), saying(HALF), takesHalf(refusal), saying(GONE), saying(CREATED))) {
            assertThatThrownBy(() -> put(server)).hasMessageContaining(words);
            assertThat(methods(server))
                    .containsExactly("PUT /file", "HEAD /part", "PATCH /part", "DELETE /part");
        }
        assertThat(recorder.notes).noneMatch(note -> note.contains("a different Upload-Offset"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "409 Conflict;Upload-Complete: ?0;Upload-Offset: 400000;Content-Length: 0;;",
                "400 Bad Request;Upload-Complete: ?1;Content-Length: 78;;{\"type\":"
                        + " \"https://iana.org/assignments/http-problem-types#completed-upload\"}"
                        + "  ",
                "409 Conflict;Transfer-Encoding: chunked;;54;{\"type\":\"https://iana.org/"
                        + "assignments/http-problem-types#mismatching-upload-offset\"};0;;"
            })
    void whereTheServerHasAnotherPartItIsAskedAgain(String answer) throws Exception {
        String wrong = "HTTP/1.1 " + answer.replace(";", "\r\n");
        String complete =
                "HTTP/1.1 204 No Content\r\nUpload-Complete: ?1\r\nUpload-Offset: 1000000\r\n\r\n";
        try (TinyServer server =
                TinyServer.of(tears("/part"), saying(HALF), saying(wrong), saying(complete))) {
            assertThat(put(server)).isEqualTo(new Upload.Summary(LENGTH, 0, true, false));
            assertThat(methods(server))
                    .containsExactly("PUT /file", "HEAD /part", "PATCH /part", "HEAD /part");
        }
    }

    @Test
    void whatIsRefusedAtOnceIsLetGoOfWhateverIsSaidToThat() throws Exception {
        String refusal = "HTTP/1.1 104 Upload Resumption Supported\r\n" + VERSION
                + "Location: /part\r\n\r\n"
                + "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";
        TinyServer.Reply breaks = (head, in, out) -> {
            throw new TinyServer.Tear();
        };
        try (TinyServer server = TinyServer.of(saying(refusal), breaks)) {
            assertThatThrownBy(() -> put(server))
                    .hasMessageContaining("exceeds the server's maximum upload size");
            assertThat(methods(server)).containsExactly("PUT /file", "DELETE /part");
        }
    }

    /** Then DELETE would be about the file itself, or somebody else's. */
    @ParameterizedTest
    @ValueSource(strings = {"/file", "http://localhost:1/part"})
    void whatIsNoPlaceOfTheServersOwnForAPartIsNotDeleted(String location) throws Exception {
        String refusal = "HTTP/1.1 104 Upload Resumption Supported\r\n" + VERSION + "Location: "
                + location + "\r\n\r\nHTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";
        try (TinyServer server = TinyServer.of(saying(refusal), saying(CREATED))) {
            assertThatThrownBy(() -> put(server))
                    .hasMessageContaining("exceeds the server's maximum upload size");
            assertThat(methods(server)).containsExactly("PUT /file");
        }
    }

    @Test
    void whatMayStillBeWantedIsNotDeleted() throws Exception {
        try (TinyServer server = TinyServer.of(tears("/part"))) {
            assertThatThrownBy(() -> put(server)).hasMessageContaining("gave up");
            assertThat(server.heads).noneMatch(head -> head.startsWith("DELETE "));
        }
    }

    /** The draft: its 104 may mean something else. */
    @ParameterizedTest
    @ValueSource(strings = {"X: y", "Upload-Draft-Interop-Version: 6"})
    void aServerOfAnotherVersionIsNotBelieved(String line) throws Exception {
        TinyServer.Reply other = (head, in, out) -> {
            assertThat(head).contains("\r\n" + VERSION);
            String interim = "HTTP/1.1 104 Upload Resumption Supported\r\n" + line
                    + "\r\nLocation: /part\r\n\r\n";
            out.write((interim + CONTINUE).getBytes(US_ASCII));
            in.readNBytes(LENGTH / 2);
            throw new TinyServer.Tear();
        };
        try (TinyServer server = TinyServer.of(other, takesHalf(CREATED))) {
            assertThat(put(server)).isEqualTo(new Upload.Summary(LENGTH, 201, false, false));
            assertThat(methods(server)).containsExactly("PUT /file", "PUT /file");
        }
    }

    @Test
    void aServerThatBreaksBeforeItSaysAnythingIsNotSaidToKnowNothing() throws Exception {
        TinyServer.Reply breaks = (head, in, out) -> {
            throw new TinyServer.Tear();
        };
        TinyServer.Reply takes = (head, in, out) -> {
            out.write(CONTINUE.getBytes(US_ASCII));
            in.readNBytes(LENGTH);
            out.write(CREATED.getBytes(US_ASCII));
        };
        try (TinyServer server = TinyServer.of(breaks, takes)) {
            assertThat(put(server).status()).isEqualTo(201);
        }
        assertThat(recorder.notes).containsExactly("the connection broke; retrying in 0.3 s");
    }

    /** RFC 9110 section 10.1.1: a server of HTTP/1.0 says nothing, and waits for the body. */
    @Test
    void aServerThatDoesNotSay100GetsTheBodyAfterASecond() throws Exception {
        AtomicLong arrived = new AtomicLong();
        TinyServer.Reply silent = (head, in, out) -> {
            assertThat(head).contains("\r\nExpect: 100-continue\r\n");
            in.readNBytes(1);
            arrived.set(System.nanoTime());
            in.readNBytes(LENGTH - 1);
            out.write(CREATED.getBytes(US_ASCII));
        };
        long began = System.nanoTime();
        try (TinyServer server = TinyServer.of(silent)) {
            assertThat(put(server).status()).isEqualTo(201);
        }
        // A busy machine makes this longer, and nothing makes it shorter.
        assertThat(Duration.ofNanos(arrived.get() - began)).isGreaterThan(Duration.ofSeconds(1));
        assertThat(recorder.notes).isEmpty();
    }

    /** Or it was rewritten, and its mtime set back: attributes cannot tell. */
    @Test
    void aFileWhoseAttributesChangeMeanwhileIsSentAndThatIsSaid() throws Exception {
        TinyServer.Reply meanwhile = (head, in, out) -> {
            out.write(CONTINUE.getBytes(US_ASCII));
            in.readNBytes(LENGTH);
            Files.createLink(folder.resolve("another"), source);
            out.write(CREATED.getBytes(US_ASCII));
        };
        try (TinyServer server = TinyServer.of(meanwhile)) {
            assertThat(put(server).status()).isEqualTo(201);
        }
        assertThat(recorder.notes)
                .containsExactly(source + " got another mode, owner or name while it was being"
                        + " sent; if its content changed as well, send it again");
    }

    @Test
    void ofAFileThatGrowsMeanwhileWhatWasPromisedIsSentAndThatIsSaid() throws Exception {
        TinyServer.Reply meanwhile = (head, in, out) -> {
            out.write(CONTINUE.getBytes(US_ASCII));
            in.readNBytes(LENGTH / 2);
            Files.write(source, new byte[] {1}, StandardOpenOption.APPEND);
            in.readNBytes(LENGTH - LENGTH / 2);
            out.write(CREATED.getBytes(US_ASCII));
        };
        try (TinyServer server = TinyServer.of(meanwhile)) {
            assertThat(put(server)).isEqualTo(new Upload.Summary(LENGTH, 201, false, false));
        }
        assertThat(recorder.notes)
                .containsExactly(source + " grew while it was being sent; the server has its"
                        + " first " + LENGTH + " octets");
    }

    @Test
    void aFileThatIsChangedMeanwhileIsLetGoOf() throws Exception {
        recorder.atPause(() -> {
            try {
                Files.write(source, new byte[] {1});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (TinyServer server =
                TinyServer.of(tears("/part"), saying(HALF), takesHalf(CREATED), saying(GONE))) {
            assertThatThrownBy(() -> put(server))
                    .hasMessageContaining("changed while it was being sent");
            assertThat(methods(server)).endsWith("DELETE /part");
        }
    }

    /** The SHA-256 of the source. */
    private static final String DIGEST =
            "Repr-Digest: sha-256=:0pdR8mSbMv9XK14Kn1QepmClD5T/C+7fsLaSuSTMgCU=:\r\n";

    private static final String OTHER =
            "Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\n";

    private Upload.Summary verified(TinyServer server) throws IOException, InterruptedException {
        return new Upload(source, server.url("/file"), recorder, recorder, null)
                .verify()
                .run();
    }

    private static TinyServer.Reply takes(String answer) {
        return (head, in, out) -> {
            assertThat(head).contains("\r\n" + DIGEST);
            out.write(CONTINUE.getBytes(US_ASCII));
            in.readNBytes(LENGTH);
            out.write(answer.getBytes(US_ASCII));
        };
    }

    private static String created(String lines) {
        return "HTTP/1.1 201 Created\r\n" + lines + "Content-Length: 0\r\n\r\n";
    }

    private static TinyServer.Reply tells(String lines) {
        return saying("HTTP/1.1 200 OK\r\n" + lines + "Content-Length: " + LENGTH + "\r\n\r\n");
    }

    @Test
    void aServerThatSaysWhatItCheckedIsNotAskedAgain() throws Exception {
        try (TinyServer server = TinyServer.of(takes(created(DIGEST)))) {
            assertThat(verified(server)).isEqualTo(new Upload.Summary(LENGTH, 201, false, true));
            assertThat(methods(server)).containsExactly("PUT /file");
        }
        try (TinyServer server = TinyServer.of(takes(created(OTHER)))) {
            assertThatThrownBy(() -> verified(server))
                    .hasMessageContaining("the server's file differs from the source's");
        }
    }

    @Test
    void aServerThatDoesNotSaySoIsAskedForTheDigestOfWhatItStored() throws Exception {
        String tag = "ETag: \"1\"\r\n";
        try (TinyServer server = TinyServer.of(takes(created(tag)), tells(tag + DIGEST))) {
            assertThat(verified(server).verified()).isTrue();
            assertThat(methods(server)).containsExactly("PUT /file", "HEAD /file");
            assertThat(server.heads.getLast())
                    .contains("\r\nIf-Match: \"1\"\r\n")
                    .contains("\r\nWant-Repr-Digest: sha-256=10\r\n");
        }
        try (TinyServer server = TinyServer.of(takes(created(tag)), tells(tag + OTHER))) {
            assertThatThrownBy(() -> verified(server))
                    .hasMessageContaining("the server's file differs from the source's");
        }
        try (TinyServer server = TinyServer.of(takes(created("")), tells(""))) {
            assertThatThrownBy(() -> verified(server))
                    .hasMessageContaining("the server has the file, but told no digest");
        }
    }

    @Test
    void aServerThatGotSomethingElseStoresNothingAndThatIsSaid() throws Exception {
        String problem = "{\"type\":\"https://iana.org/assignments/http-problem-types"
                + "#digest-mismatched-values\"}";
        String refused = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n"
                + "Content-Length: " + problem.length() + "\r\n\r\n" + problem;
        try (TinyServer server = TinyServer.of(takes(refused))) {
            assertThatThrownBy(() -> verified(server))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("what arrived differs from " + source)
                    .hasMessageContaining("the server stored nothing");
        }
    }

    @Test
    void whoDoesNotVerifySendsNoDigestAndAsksForNone() throws Exception {
        TinyServer.Reply plain = (head, in, out) -> {
            assertThat(head).doesNotContain("Digest");
            out.write((CONTINUE + CREATED).getBytes(US_ASCII));
            in.readNBytes(LENGTH);
        };
        try (TinyServer server = TinyServer.of(plain)) {
            assertThat(put(server).verified()).isFalse();
            assertThat(methods(server)).containsExactly("PUT /file");
        }
    }
}
