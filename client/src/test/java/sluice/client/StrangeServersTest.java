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
                "HTTP/1.1 302 Found;Location: https://elsewhere/;;  | https (TLS) is not supported",
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
