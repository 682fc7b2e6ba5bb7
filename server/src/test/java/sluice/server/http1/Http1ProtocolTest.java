package sluice.server.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.io.Counter;
import sluice.io.testing.Rehearsal;
import sluice.server.ServedFiles;
import sluice.server.testing.Descriptors;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** One connection's conversation, without a socket and on a clock of the test's own. */
final class Http1ProtocolTest {
    private static final String SMALL = request("GET", "/hello.txt");
    private static final String MEDIUM = request("GET", "/medium.bin");
    private static final Duration BLINK = Duration.ofMillis(100);

    private Rehearsed site;
    private Rehearsal connection;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        Tree.plant(root);
        site = Rehearsed.of(root);
        connection = site.connect();
    }

    @AfterEach
    void close() {
        connection.close();
        assertThat(connection.buffersInUse()).isZero();
        assertThat(connection.timers()).isZero();
        site.close();
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private List<ReceivedResponse> answers() throws IOException {
        return Rehearsed.answers(connection, Method.GET);
    }

    private ReceivedResponse answer() throws IOException {
        assertThat(answers()).hasSize(1);
        return answers().getFirst();
    }

    /** All that is sent for these pieces, but for what time and chance write. */
    private String sentFor(long window, byte[] all, int... cuts) {
        try (Rehearsal rehearsal = site.connect().window(window)) {
            int from = 0;
            for (int cut : cuts) {
                rehearsal.receive(all, from, cut);
                from = cut;
            }
            rehearsal.receive(all, from, all.length);
            rehearsal.endInput();
            assertThat(rehearsal.isClosed()).isTrue();
            assertThat(rehearsal.isTorn()).isFalse();
            assertThat(rehearsal.buffersInUse()).isZero();
            return new String(rehearsal.output(), ISO_8859_1)
                    .replaceAll("Date: [^\r]+", "Date: now")
                    .replaceAll("[0-9A-F]{16}\\b", "boundary");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\nGET /site HTTP/1.1\r\nHost: h\r\n\r\n"
                        + "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n",
                "HEAD /medium.bin HTTP/1.1\r\nHost: h\r\n\r\nGET /folder/ HTTP/1.0\r\n"
                        + "Connection: keep-alive\r\n\r\nGET /empty.txt HTTP/1.0\r\n\r\nGET /",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nGET /"
                        + "\r\nGET /site/ HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: h\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "5;a=b\r\n"
                        + "GET /\r\n"
                        + "0\r\n"
                        + "A: b\r\n\r\n"
                        + "GET /hello.txt HTTP/1.1\r\n"
                        + "Host: h\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nGET /..GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\nGET /hello.txt HTTP/1.1\r\n\r\nGET / H",
                "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
                        + "GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /medium.bin HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2,50000-60000,-5\r\n\r\n"
                        + "GET /hello.txt HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2,5-6\r\n\r\n",
            })
    void howBytesAreCutChangesNoAnswer(String text) {
        byte[] bytes = octets(text);
        String whole = sentFor(Long.MAX_VALUE, bytes);
        assertThat(whole).startsWith("HTTP/1.1 ");
        for (int cut = 1; cut < bytes.length; cut++) {
            assertThat(sentFor(cut, bytes, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        int[] everywhere = new int[bytes.length - 1];
        for (int i = 0; i < everywhere.length; i++) {
            everywhere[i] = i + 1;
        }
        assertThat(sentFor(997, bytes, everywhere)).isEqualTo(whole);
    }

    @Test
    void aHeadThatDoesNotArriveInTimeIsTimedOut() throws IOException {
        connection.receive(octets("GET /hello.txt"));
        connection.pass(Duration.ofNanos(Http1Protocol.MESSAGE_NANOS).minus(BLINK));
        connection.receive(octets(" HTTP/1.1\r\n"));
        assertThat(connection.output()).isEmpty();

        connection.pass(BLINK.multipliedBy(2));

        assertThat(answer().status()).isEqualTo(408);
        assertThat(connection.hasEnded()).isTrue();
    }

    @Test
    void aClientThatNeverAsksIsClosedWithoutAWord() {
        connection.pass(Duration.ofNanos(Http1Protocol.MESSAGE_NANOS).plus(BLINK));

        assertThat(connection.output()).isEmpty();
        assertThat(connection.hasEnded()).isTrue();
        assertThat(connection.count(Counter.EXPIRED)).isEqualTo(1);
    }

    @Test
    void anIdleConnectionIsKeptForAWhileAndThenClosed() {
        connection.receive(octets(SMALL));
        connection.pass(Duration.ofNanos(Http1Protocol.IDLE_NANOS).minus(BLINK));
        assertThat(connection.hasEnded()).isFalse();
        assertThat(connection.buffersInUse()).isZero();

        connection.pass(BLINK.multipliedBy(2));

        assertThat(connection.hasEnded()).isTrue();
    }

    @Test
    void aBodyThatFollowsALongPauseIsGivenItsTime() throws IOException {
        connection.receive(octets(SMALL));
        connection.pass(Duration.ofNanos(Http1Protocol.IDLE_NANOS).minus(BLINK));
        connection.receive(octets(request("POST", "/", "Content-Length: 3") + "a"));
        connection.pass(BLINK);
        connection.receive(octets("bc" + SMALL));

        assertThat(answers()).extracting(ReceivedResponse::status).containsExactly(200, 405, 200);
    }

    @Test
    void aBodyThatNeverEndsIsNotAwaitedForEver() {
        connection.receive(octets(request("POST", "/", "Transfer-Encoding: chunked")));
        for (int i = 0; i < 31 && !connection.hasEnded(); i++) {
            connection.receive(octets("1\r\na\r\n"));
            connection.pass(Duration.ofSeconds(1));
        }
        assertThat(connection.hasEnded()).isTrue();
    }

    @Test
    void aRequestAfterALongPauseHasItsFullTimeToArrive() throws IOException {
        connection.receive(octets(SMALL));
        connection.pass(Duration.ofNanos(Http1Protocol.IDLE_NANOS).minus(BLINK));
        connection.receive(octets("GET /hel"));
        connection.pass(Duration.ofNanos(Http1Protocol.MESSAGE_NANOS).minus(BLINK));
        connection.receive(octets("lo.txt HTTP/1.1\r\nHost: h\r\n\r\n"));

        assertThat(answers()).extracting(ReceivedResponse::status).containsExactly(200, 200);
    }

    @Test
    void aFileThatMustBeFetchedByAWorkerHoldsBackWhatIsAskedAfterIt() throws IOException {
        connection.receive(octets(MEDIUM));
        connection.restWorkers();
        connection.receive(octets(SMALL + MEDIUM + request("OPTIONS", "*")));
        assertThat(answers()).hasSize(1);

        connection.wakeWorkers();

        assertThat(answers())
                .extracting(ReceivedResponse::status)
                .containsExactly(200, 200, 200, 204);
        assertThat(answers().get(1).text()).isEqualTo(Tree.HELLO);
    }

    @Test
    void whoeverWaitsForAWorkerIsNotTimedOut() throws IOException {
        connection.restWorkers();
        connection.receive(octets(SMALL));
        connection.pass(Duration.ofHours(1));
        connection.wakeWorkers();

        assertThat(answer().text()).isEqualTo(Tree.HELLO);
    }

    @Test
    void aClientThatLeavesBeforeTheWorkerIsDoneLeavesNothingOpen() {
        connection.restWorkers();
        connection.receive(octets(SMALL));
        connection.breakOff();
        connection.wakeWorkers();

        assertThat(connection.isTorn()).isTrue();
        assertThat(connection.output()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoopThatEndsWhileAWorkerLooksLeavesNoFileOpen(boolean found, @TempDir Path root)
            throws IOException {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count open files in");
        // A small coded sibling has to be read, so a worker is asked and the big one stays open.
        byte[] big = new byte[ServedFiles.MEMORY_UP_TO + 1];
        Files.write(root.resolve("big.txt"), big);
        try (OutputStream gzip =
                new GZIPOutputStream(Files.newOutputStream(root.resolve("big.txt.gz")))) {
            gzip.write(big);
        }
        try (Rehearsed other = Rehearsed.of(root);
                Rehearsal ending = other.connect().restWorkers()) {
            ending.receive(octets(request("GET", "/big.txt")));
            if (found) {
                ending.wakeOneWorker();
            }
            ending.endLoop();
            ending.wakeWorkers();
            assertThat(ending.output()).isEmpty();
            // A look-up that nobody waits for any more is not made.
            assertThat(Descriptors.below(root))
                    .as("root, and the file if it was found")
                    .isEqualTo(found ? 2 : 1);
        }
        assertThat(Descriptors.below(root)).isZero();
    }

    @Test
    void aServerThatDrainsEndsAnIdleConnectionAtOnce() {
        connection.receive(octets(SMALL));
        connection.drain();

        assertThat(connection.hasEnded()).isTrue();
    }

    @Test
    void aServerThatDrainsAnswersTheRequestThatHasBegun() throws IOException {
        connection.receive(octets(SMALL.substring(0, 20)));
        connection.drain();
        assertThat(connection.hasEnded()).isFalse();
        connection.receive(octets(SMALL.substring(20)));

        assertThat(answer().keepAlive()).isFalse();
        assertThat(answer().text()).isEqualTo(Tree.HELLO);
        assertThat(connection.hasEnded()).isTrue();
    }

    @Test
    void aServerThatDrainsFinishesWhatAWorkerLooksFor() throws IOException {
        connection.restWorkers();
        connection.receive(octets(SMALL));
        connection.drain();
        connection.wakeWorkers();

        assertThat(answer().text()).isEqualTo(Tree.HELLO);
        assertThat(connection.hasEnded()).isTrue();
    }

    @Test
    void answersAreCounted() {
        connection.receive(octets(SMALL + request("GET", "/nothing") + MEDIUM));

        assertThat(connection.count(Counter.REQUESTS)).isEqualTo(3);
    }

    @Test
    void aPipelineOfSmallAnswersNeverHoldsMoreThanItsBuffers() throws IOException {
        connection.receive(octets(SMALL.repeat(2_000)));

        assertThat(answers())
                .hasSize(2_000)
                .allSatisfy(answer -> assertThat(answer.text()).isEqualTo(Tree.HELLO));
        assertThat(connection.buffersInUse()).isZero();
        assertThat(connection.awaitsInput()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GE\0",
                "G@",
                "GET  ",
                "GET a",
                "GET f",
                "GET http://u@",
                "GET http://a:b/",
                "GET /a\"",
                "GET /a?b#",
                "GET /a HTTP/x",
                "GET /a HTTP/1x",
                "GET /a HTTP/1.1x",
                "GET /a HTTP/1.1\n",
                "GET /a HTTP/1.1\rx",
                "GET /a HTTP/1.1\r\n ",
                "GET /a HTTP/1.1\r\n:",
                "GET /a HTTP/1.1\r\nHost ",
                "GET /a HTTP/1.1\r\nHost: h\0",
                "GET /a HTTP/1.1\r\nHost: h\n",
                "GET /a HTTP/1.1\r\nHost: h\r\nA\r",
                "GET /a HTTP/1.1\r\nHost: h\r\nA: b\rc",
                "GET /a HTTP/1.1\r\nHost: a b\r\n",
                "\r\nGET /a HTTP/1.1\r\nHost: h\r\nA: b\r\n ",
                "\r\n\r\n\r",
            })
    void aHeadIsRefusedByItsFirstWrongOctetWhereverItIsCut(String head) throws IOException {
        byte[] wrong = octets(head);
        for (int cut = 0; cut < wrong.length; cut++) {
            try (Rehearsal rehearsal = site.connect()) {
                rehearsal.receive(wrong, 0, cut);
                for (int at = cut; at < wrong.length - 1; at++) {
                    rehearsal.receive(wrong, at, at + 1);
                }
                assertThat(rehearsal.output()).as("cut at %d", cut).isEmpty();
                rehearsal.receive(wrong, wrong.length - 1, wrong.length);
                assertThat(Rehearsed.answers(rehearsal, Method.GET))
                        .as("cut at %d", cut)
                        .extracting(ReceivedResponse::status)
                        .containsExactly(400);
                assertThat(rehearsal.hasEnded()).isTrue();
            }
            try (Rehearsal rehearsal = site.connect()) {
                rehearsal.receive(wrong, 0, cut);
                rehearsal.receive(wrong, cut, wrong.length);
                assertThat(Rehearsed.answers(rehearsal, Method.GET))
                        .extracting(ReceivedResponse::status)
                        .containsExactly(400);
            }
        }
    }
}
