package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.client.TinyServer.saying;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.linux.Linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/** Downloads from servers that are slow, wrong, or do not tell the truth. */
final class StrangeServersTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();

    private Path target() {
        return folder.resolve("file");
    }

    private Download.Summary get(TinyServer.Reply... replies) throws Exception {
        try (TinyServer server = TinyServer.of(replies)) {
            return new Download(server.url("/file"), target(), recorder, recorder).run();
        }
    }

    @Test
    void aFileThatIsNotWhatItsDigestSaysIsThrownAway() {
        String lie = OK + "Repr-Digest: sha-512=:AA==:, sha-256=:"
                + "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\nContent-Length: 5\r\n\r\nhallo";
        assertThatThrownBy(() -> get(saying(lie)))
                .hasMessageContaining("SHA-256 of the received file differs");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileThatIsWhatItsDigestSaysIsVerified() throws Exception {
        String truth = OK + "Repr-Digest: sha-256=:"
                + "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\nContent-Length: 5\r\n\r\nhello";
        assertThat(get(saying(truth)).verified()).isTrue();
        assertThat(target()).hasContent("hello");
    }

    /** RFC 9530 section 2: without a coding, the content of a 200 is the representation. */
    @Test
    void theDigestOfTheContentServesWhereItIsAllOfTheFile() throws Exception {
        String digest = "Content-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\n"
                + "Content-Length: 5\r\n\r\n";
        assertThat(get(saying(OK + digest + "hello")).verified()).isTrue();
        Files.delete(target());
        assertThatThrownBy(() -> get(saying(OK + digest + "hallo")))
                .hasMessageContaining("SHA-256 of the received file differs");
        assertThat(folder).isEmptyDirectory();
    }

    /** Nor is the digest of what HEAD brings, which is nothing. */
    @Test
    void theDigestOfAPartSaysNothingAboutTheFile() throws Exception {
        String digest = "ETag: \"1\"\r\nContent-Digest: sha-256=:"
                + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\r\n";
        String rest = "HTTP/1.1 206 Partial Content\r\n" + digest
                + "Content-Range: bytes 3-4/5\r\nContent-Length: 2\r\n\r\nlo";
        String head = OK + digest + "Content-Length: 5\r\n\r\n";
        Download.Summary summary = get(
                saying(OK + "ETag: \"1\"\r\nContent-Length: 5\r\n\r\nhel"),
                saying(rest),
                saying(head));
        assertThat(summary.verified()).isFalse();
        assertThat(target()).hasContent("hello");
    }

    private static final String TAGGED = OK + "ETag: \"1\"\r\nContent-Length: 5\r\n";

    private static final String HELLO = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

    /** A response to HEAD that tells the digest of "hello". */
    private static TinyServer.Reply telling(String tag) {
        return saying(OK + "ETag: " + tag + "\r\nContent-Length: 5\r\nRepr-Digest: sha-256=:"
                + HELLO + ":\r\n\r\n");
    }

    @Test
    void aServerThatToldNoDigestIsAskedForThatOfTheVersionThatCame() throws Exception {
        try (TinyServer server = TinyServer.of(saying(TAGGED + "\r\nhello"), telling("\"1\""))) {
            assertThat(download(server).demandDigest().run().verified()).isTrue();
            assertThat(server.heads)
                    .allMatch(head -> head.contains("Want-Repr-Digest: sha-256=10"));
            assertThat(server.heads.getLast())
                    .startsWith("HEAD /file HTTP/1.1\r\n")
                    .contains("\r\nIf-Match: \"1\"\r\n");
        }
        Files.delete(target());
        assertThatThrownBy(() -> get(saying(TAGGED + "\r\nhallo"), telling("\"1\"")))
                .hasMessageContaining("SHA-256 of the received file differs");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "W/\"1\"", ""})
    void theDigestOfAnotherVersionIsNotCompared(String tag) throws Exception {
        assertThat(get(saying(TAGGED + "\r\nhallo"), telling(tag)).verified()).isFalse();
        assertThat(target()).hasContent("hallo");
    }

    @Test
    void whoDemandsADigestGetsNoFileWithoutAndMayAskAgain() throws Exception {
        TinyServer.Reply silent = saying(TAGGED + "\r\n");
        try (TinyServer server = TinyServer.of(saying(TAGGED + "\r\nhello"), silent)) {
            assertThatThrownBy(() -> download(server).demandDigest().run())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the server told no digest");
        }
        assertThat(target()).doesNotExist();
        assertThat(recorder.notes)
                .containsExactly("kept 5 bytes; run the same command again to resume");
    }

    @Test
    void withoutAVersionThereIsNoDigestToAskFor() throws Exception {
        String untagged = OK + "Content-Length: 5\r\n\r\nhello";
        try (TinyServer server = TinyServer.of(saying(untagged), saying(untagged))) {
            assertThatThrownBy(() -> download(server).demandDigest().run())
                    .hasMessageContaining("the server told no digest");
            assertThat(folder).isEmptyDirectory();
            assertThat(download(server).run().verified()).isFalse();
            assertThat(server.heads).hasSize(2);
        }
    }

    @Test
    void octetsOfABeginningThatWasGivenUpDoNotCountAsSpliced() throws Exception {
        assumeTrue(Linux.available(), "splice(2) is Linux's");
        int length = 600_000;
        String head = OK + "Content-Length: " + length + "\r\n\r\n";
        Download.Summary summary =
                get(saying(head + "x".repeat(length - 1)), saying(head + "x".repeat(length)));
        assertThat(summary.spliced()).isPositive().isLessThanOrEqualTo(length);
    }

    @Test
    void chunksAreJoined() throws Exception {
        get(saying(
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\n\r\n"));
        assertThat(target()).hasContent("hello world");
    }

    @Test
    void aBodyMayEndWithTheConnection() throws Exception {
        assertThat(get(saying("HTTP/1.0 200 OK\r\n\r\nhello")).octets()).isEqualTo(5);
        assertThat(target()).hasContent("hello");
    }

    @Test
    void chunksThatEndEarlyAreReceivedAnewAndNeverTakenForWhole() throws Exception {
        String chunked = OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        get(saying(chunked), saying(chunked + "0\r\n\r\n"));
        assertThat(target()).hasContent("hello");
        assertThat(recorder.pauses).hasSize(1);
    }

    @Test
    void withoutAStrongTagTheRestIsNotAskedFor() throws Exception {
        String weak = OK + "ETag: W/\"1\"\r\nContent-Length: 5\r\n\r\n";
        try (TinyServer server = TinyServer.of(saying(weak + "hel"), saying(weak + "HELLO"))) {
            new Download(server.url("/file"), target(), recorder, recorder).run();
            assertThat(server.heads).noneMatch(head -> head.contains("Range: "));
        }
        assertThat(target()).hasContent("HELLO");
    }

    @Test
    void aPartOfAnotherVersionIsNotJoined() {
        String first = OK + "ETag: \"1\"\r\nContent-Length: 5\r\n\r\nhel";
        String other =
                "HTTP/1.1 206 Partial Content\r\nETag: \"2\"\r\nContent-Range: bytes 3-4/5\r\n"
                        + "Content-Length: 2\r\n\r\nLO";
        assertThatThrownBy(() -> get(saying(first), saying(other)))
                .hasMessageContaining("a range that was not requested");
        assertThat(target()).doesNotExist();
    }

    private static final String HALF = OK + "ETag: \"1\"\r\nContent-Length: 10\r\n\r\nhello";
    private static final String REST = "HTTP/1.1 206 Partial Content;ETag: \"1\";";

    /** Whatever says where the body ends: the connection, chunks, or a length of its own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Range: bytes 5-9/10;Connection: close;;wor",
                "Content-Range: bytes 5-9/10;Transfer-Encoding: chunked;;3;wor;0;;",
                "Content-Range: bytes 5-9/10;Content-Length: 5;;wor"
            })
    void aRestThatEndsEarlyIsAskedForAgainFromWhereItEnded(String rest) throws Exception {
        TinyServer.Reply last = (head, in, out) -> {
            assertThat(head).contains("Range: bytes=8-\r\n");
            out.write((REST + "Content-Range: bytes 8-9/10;Content-Length: 2;;ld")
                    .replace(";", "\r\n")
                    .getBytes(ISO_8859_1));
        };
        Download.Summary summary =
                get(saying(HALF), saying((REST + rest).replace(";", "\r\n")), last);
        assertThat(summary.octets()).isEqualTo(10);
        assertThat(target()).hasContent("helloworld");
        assertThat(recorder.pauses).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close;;w", "Transfer-Encoding: chunked;;1;w;0;;"})
    void aFileWhoseRestAlwaysEndsEarlyIsGivenUpAndNeverTakenForWhole(String body) {
        TinyServer.Reply cut = (head, in, out) -> {
            int at = Integer.parseInt(head.replaceFirst("(?s).*bytes=(\\d+)-.*", "$1"));
            String all = "HTTP/1.1 206 Partial Content;ETag: \"1\";Content-Range: bytes " + at
                    + "-99/100;" + body;
            out.write(all.replace(";", "\r\n").getBytes(ISO_8859_1));
        };
        TinyServer.Reply[] replies = new TinyServer.Reply[Retries.MOST + 1];
        Arrays.fill(replies, cut);
        replies[0] = saying(HALF.replace(": 10", ": 100"));
        assertThatThrownBy(() -> get(replies))
                .hasMessageContaining("gave up after 8 retries: the server ended its response"
                        + " after 1 of 88 bytes");
        assertThat(target()).doesNotExist();
        assertThat(folder.resolve(".file.sluice-part")).hasContent("hello" + "w".repeat(8));
    }

    /** None of it is kept: the next run finds the part as it was. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Range: bytes 5-9/10;Connection: close;;world! | sent more bytes than the"
                        + " 5",
                "Content-Range: bytes 5-9/10;Transfer-Encoding: chunked;;6;world!;0;; | sent more"
                        + " bytes than the 5",
                "Content-Range: bytes 5-9/10;Content-Length: 3;;wor | Content-Length 3 with"
                        + " Content-Range: bytes 5-9/10",
                "Content-Range: bytes 5-9/10;Content-Length: 6;;world! | Content-Length 6 with",
                "Content-Range: bytes 4-9/10;Content-Length: 6;;oworld | (Content-Range: bytes 4-9",
                "Content-Range: bytes 6-9/10;Content-Length: 4;;orld | was not requested",
                "Content-Range: bytes 5-9/11;Content-Length: 5;;world | was not requested",
                "Content-Range: bytes 5-10/10;Content-Length: 6;;world! | was not requested",
                "Content-Range: bytes 5-4/10;Content-Length: 0;; | was not requested",
                "Content-Range: bytes 5-9/*;Content-Length: 5;;world | was not requested",
                "Content-Length: 5;;world | (no Content-Range); to start over, delete",
                "Content-Type: multipart/byteranges;Content-Length: 5;;world | was not",
                "Content-Encoding: gzip;Content-Range: bytes 5-9/10;Content-Length: 5;;world | sent"
                        + " Content-Encoding gzip"
            })
    void aRestThatIsNotWhatItsHeadSaysIsAFailureInWords(String rest, String words) {
        assertThatThrownBy(() -> get(saying(HALF), saying((REST + rest).replace(";", "\r\n"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(words);
        assertThat(target()).doesNotExist();
        assertThat(folder.resolve(".file.sluice-part")).hasContent("hello");
    }

    /** RFC 9110 section 14.2: caches do that. */
    @Test
    void aServerMaySendTheRestInPieces() throws Exception {
        String piece = REST + "Content-Range: bytes %s/10;Content-Length: %d;;%s";
        get(
                saying(HALF),
                saying(piece.formatted("5-6", 2, "wo").replace(";", "\r\n")),
                saying(piece.formatted("7-9", 3, "rld").replace(";", "\r\n")));
        assertThat(target()).hasContent("helloworld");
        assertThat(recorder.pauses).hasSize(1);
    }

    @Test
    void aLongRestThatIsTooLongIsNotKept() throws Exception {
        int length = 700_000;
        String first = OK + "ETag: \"1\"\r\nContent-Length: " + length + "\r\n\r\nhello";
        String rest = REST.replace(";", "\r\n") + "Content-Range: bytes 5-" + (length - 1) + "/"
                + length + "\r\nConnection: close\r\n\r\n" + "x".repeat(length + 300_000);
        assertThatThrownBy(() -> get(saying(first), saying(rest)))
                .hasMessageContaining("sent more bytes than the 699,995");
        assertThat(folder.resolve(".file.sluice-part")).hasContent("hello");
    }

    @Test
    void offsetsGoBeyondFourGibibytes() throws Exception {
        long length = 5L << 30;
        String first = OK + "ETag: \"1\"\r\nContent-Length: " + length + "\r\n\r\n";
        TinyServer.Reply rest = (head, in, out) -> {
            assertThat(head).contains("Range: bytes=" + (length - 5) + "-\r\nIf-Range: \"1\"\r\n");
            out.write(("HTTP/1.1 206 Partial Content\r\nETag: \"1\"\r\nContent-Length: 5\r\n"
                            + "Content-Range: bytes " + (length - 5) + "-" + (length - 1) + "/"
                            + length + "\r\n\r\nhello")
                    .getBytes(ISO_8859_1));
        };
        TinyServer.Reply none = saying("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        try (TinyServer server = TinyServer.of(saying(first + "x"), none, rest)) {
            Path part = folder.resolve(".file.sluice-part");
            assertThatThrownBy(() -> download(server).run()).hasMessageContaining("404");
            try (FileChannel sparse = FileChannel.open(part, StandardOpenOption.WRITE)) {
                sparse.write(ByteBuffer.allocate(1), length - 6);
            }
            Download.Summary summary = download(server).run();
            assertThat(summary.octets()).isEqualTo(length);
            assertThat(summary.resumedAt()).isEqualTo(length - 5);
        }
        assertThat(target()).hasSize(length);
        try (FileChannel channel = FileChannel.open(target())) {
            ByteBuffer end = ByteBuffer.allocate(5);
            channel.read(end, length - 5);
            assertThat(new String(end.array(), ISO_8859_1)).isEqualTo("hello");
        }
    }

    private Download download(TinyServer server) {
        return new Download(server.url("/file"), target(), recorder, recorder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 302 Found;Location: https://none.invalid/;; | address of host"
                        + " none.invalid",
                "HTTP/1.1 200 OK;Content-Encoding: gzip;Content-Length: 1;;x | sent"
                        + " Content-Encoding gzip",
                "SSH-2.0-Server;; | does not speak HTTP",
                "HTTP/1.1 206 Partial Content;Content-Range: bytes 0-0/1;Content-Length: 1;;x"
                        + " | a range that was not requested",
                "HTTP/1.1 403 Forbidden;Content-Length: 0;; | denies access to the file",
                "HTTP/1.1 500 Oops;Content-Length: 0;; | the server failed (500",
                "HTTP/1.1 503 Busy;Retry-After: 3600;Content-Length: 0;; | retry after 3600 s"
            })
    void whatCannotBecomeAFileIsAFailureInWords(String answer, String words) {
        assertThatThrownBy(() -> get(saying(answer.replace(";", "\r\n"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(words);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() throws Exception {
        String busy = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
        get(saying(busy), saying(OK + "Content-Length: 5\r\n\r\nhello"));
        assertThat(recorder.pauses).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void whereNobodyListensNobodyIsWaitedFor() throws IOException {
        int port;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = listener.getLocalPort();
        }
        HttpUrl url = HttpUrl.parse("http://127.0.0.1:" + port + "/file");
        assertThatThrownBy(() -> new Download(url, target(), recorder, recorder).run())
                .hasMessageContaining("cannot connect to 127.0.0.1:" + port);
        assertThat(recorder.pauses).isEmpty();
    }

    @Test
    void twoTransfersOfOneFileDoNotMeet() throws Exception {
        TinyServer.Reply second = (head, in, out) -> {
            assertThatThrownBy(() -> get()).hasMessageContaining("another download");
            saying(OK + "Content-Length: 5\r\n\r\nhello").to(head, in, out);
        };
        assumeTrue(Linux.available(), "files are locked on Linux only");
        get(second);
        assertThat(target()).hasContent("hello");
        Files.delete(target());
        assertThat(folder).isEmptyDirectory();
    }
}
