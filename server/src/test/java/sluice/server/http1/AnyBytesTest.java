package sluice.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.Method;
import sluice.io.testing.Rehearsal;
import sluice.server.testing.LogWatch;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Whatever bytes come: well-formed answers or an end, no hang, no error of ours, and no byte of a
 * file that is not meant. HEAD is not among the words, so that answers can be told apart.
 */
final class AnyBytesTest {
    private static final int ROUNDS = 4_000;
    private static final String CANARY = "this must stay where it is";

    private static final List<String> WORDS = List.of(
            "GET ",
            "POST ",
            "OPTIONS ",
            "BREW ",
            "/",
            "/hello.txt",
            "/site",
            "/site/",
            "/folder/",
            "/..",
            "/../outside.txt",
            "/%2e%2e/",
            "/.",
            "/folder/..",
            "/.well-known",
            "%2f",
            "%00",
            "%",
            "/.secret",
            "/link",
            "//",
            "*",
            "http://h",
            "http://h/hello.txt",
            "?",
            "?format=json&sort=size",
            "#",
            " HTTP/1.1",
            " HTTP/1.0",
            " HTTP/9.9",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            "\0",
            " ",
            "\t",
            "\u00ff",
            "Host: h\r\n",
            "Host: \r\n",
            "Host: a b\r\n",
            "Connection: close\r\n",
            "Connection: keep-alive\r\n",
            "Content-Length: 5\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "5\r\nabcde\r\n",
            "0\r\n\r\n",
            "ffffffff\r\n",
            "Expect: 100-continue\r\n",
            "Range: bytes=0-4\r\n",
            "Range: bytes=-3,0-0,5-\r\n",
            "Range: bytes=99-\r\n",
            "If-None-Match: *\r\n",
            "If-Match: \"x\"\r\n",
            "If-Range: \"x\"\r\n",
            "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            "Accept-Encoding: gzip;q=0, *\r\n",
            "Accept: application/json\r\n",
            "X: \r\n",
            " folded\r\n",
            "Name : x\r\n",
            ": x\r\n",
            "a".repeat(9_000));

    private static final List<String> CONVERSATIONS = List.of(
            RawClient.request("GET", "/hello.txt") + RawClient.request("GET", "/site/"),
            RawClient.request("POST", "/", "Content-Length: 5") + "12345"
                    + RawClient.request("GET", "/folder/?sort=time"),
            RawClient.request("PUT", "/x", "Transfer-Encoding: chunked")
                    + "5;x=y\r\n12345\r\n0\r\nT: t\r\n\r\n"
                    + RawClient.request("GET", "/empty.txt"),
            RawClient.request("GET", "/medium.bin", "Range: bytes=5-9,100-200,-1")
                    + "GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

    private final LogWatch log = new LogWatch();
    private final Random random = new Random(20_26);
    private Rehearsed site;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Tree.plant(root);
        Files.writeString(folder.resolve("outside.txt"), CANARY);
        Files.writeString(root.resolve(".secret"), CANARY);
        Files.createSymbolicLink(root.resolve("link"), Path.of("../outside.txt"));
        site = Rehearsed.of(root);
    }

    @AfterEach
    void close() {
        site.close();
        log.close();
    }

    @Test
    void noiseIsRefusedOrIgnored() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            converse(noise);
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void wordsOfTheProtocolInAnyOrderAreAnsweredOrRefused() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder();
            for (int words = random.nextInt(24); words >= 0; words--) {
                text.append(WORDS.get(random.nextInt(WORDS.size())));
            }
            converse(text.toString().getBytes(ISO_8859_1));
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void requestsWithMistakesInThemAreAnsweredOrRefused() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            String text = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
            for (int mistakes = random.nextInt(4); mistakes >= 0; mistakes--) {
                text = mistake(text);
            }
            converse(text.getBytes(ISO_8859_1));
        }
        assertThat(log.lines()).isEmpty();
    }

    private String mistake(String text) {
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(8));
        String word = WORDS.get(random.nextInt(WORDS.size()));
        return text.substring(0, at)
                + switch (random.nextInt(4)) {
                    case 0 -> text.substring(to);
                    case 1 -> text.substring(at, to) + text.substring(at);
                    case 2 -> word + text.substring(at);
                    default -> (char) random.nextInt(256) + text.substring(to);
                };
    }

    private void converse(byte[] bytes) throws IOException {
        String said = new String(bytes, 0, Math.min(2_000, bytes.length), ISO_8859_1);
        try (Rehearsal connection = site.connect()) {
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(400));
                connection.receive(bytes, from, to);
                from = to;
            }
            assertThat(connection.hasEnded() || connection.awaitsInput())
                    .as(said)
                    .isTrue();
            connection.endInput();

            assertThat(connection.isClosed()).as(said).isTrue();
            assertThat(connection.isTorn()).as(said).isFalse();
            assertThat(connection.buffersInUse()).as(said).isZero();
            for (ReceivedResponse answer : Rehearsed.answers(connection, Method.GET)) {
                check(answer, said);
            }
        }
    }

    private static void check(ReceivedResponse answer, String said) {
        assertThat(answer.text()).as(said).doesNotContain(CANARY);
        if (answer.status() == 200 && answer.has("Last-Modified")) {
            boolean right = answer.body().length == 0
                    || answer.text().equals(Tree.HELLO)
                    || answer.text().equals(Tree.INDEX)
                    || answer.text().equals("1")
                    || Arrays.equals(answer.body(), Tree.MEDIUM);
            assertThat(right).as(said).isTrue();
        } else {
            assertThat(answer.status())
                    .as(said)
                    .isIn(
                            200, 204, 206, 301, 304, 400, 404, 405, 406, 412, 414, 416, 417, 421,
                            431, 501, 505);
        }
    }
}
