package sluice.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.FieldSection;
import sluice.io.Counter;
import sluice.io.Limits;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** What a client may not do to a server, or not so often. */
class Http2LimitsTest {
    /** Where the head of a frame has its stream. */
    private static final int STREAM_AT = 5;

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path root;

    private Rehearsed site;
    private Http2Peer peer;

    @BeforeEach
    void open() throws IOException {
        Tree.plant(root);
        site = Rehearsed.of(root);
        peer = Http2Peer.of(site);
    }

    @AfterEach
    void close() {
        peer.close();
        site.close();
    }

    private void assertGoneFor(ErrorCode code) {
        assertThat(peer.goneFor()).isEqualTo(code);
        assertThat(peer.connection.hasEnded()).isTrue();
        assertThat(peer.connection.count(Counter.FAILED)).isZero();
    }

    private void assertLives(int stream) {
        peer.get(stream, "/hello.txt");
        assertThat(peer.response(stream).status()).isEqualTo(200);
    }

    @Test
    void moreStreamsThanAllowedAreRefused() {
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
        for (int i = 0; i <= Streams.CONCURRENT_MAX; i++) {
            peer.get(2 * i + 1, "/hello.txt");
        }
        int last = 2 * Streams.CONCURRENT_MAX + 1;
        assertThat(peer.frames(Frame.HEADERS)).hasSize(Streams.CONCURRENT_MAX);
        assertThat(peer.resetOf(last)).isEqualTo(ErrorCode.REFUSED_STREAM);
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 100);
        assertLives(last + 2);
    }

    /** RFC 9113 sections 6.3 and 6.4; RST_STREAM would be about a stream that does not exist. */
    @Test
    void aFaultOnAStreamThatIsIdleEndsTheConnection() {
        peer.frame(Frame.PRIORITY, 0, 7, new byte[4]);
        assertThat(peer.frames(Frame.RST_STREAM)).isEmpty();
        assertGoneFor(ErrorCode.FRAME_SIZE_ERROR);
    }

    /** CVE-2023-44487. */
    @Test
    void aClientThatResetsWhatItAsksForIsSentAway() {
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
        for (int i = 0; i <= Patience.RESETS_MAX && peer.goneFor() == null; i++) {
            peer.get(2 * i + 1, "/hello.txt").reset(2 * i + 1);
        }
        assertGoneFor(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void aClientThatLeavesPagesNowAndThenIsNot() {
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
        for (int i = 0; i <= 2 * Patience.RESETS_MAX; i++) {
            peer.get(2 * i + 1, "/hello.txt").reset(2 * i + 1);
            peer.connection.pass(SECOND.dividedBy(Patience.RESETS_PER_SECOND));
        }
        assertThat(peer.goneFor()).isNull();
    }

    @Test
    void aStreamThatWasResetCountsUntilTheWorkerHasEnded() {
        peer.connection.restWorkers();
        int cold = 0;
        for (int i = 0; i < Streams.CONCURRENT_MAX; i++) {
            peer.get(2 * cold + 1, "/folder/?" + i).reset(2 * cold + 1);
            cold++;
        }
        peer.get(2 * cold + 1, "/hello.txt");
        assertThat(peer.resetOf(2 * cold + 1)).isEqualTo(ErrorCode.REFUSED_STREAM);
        peer.connection.wakeWorkers();
        assertLives(2 * cold + 3);
    }

    /** CVE-2025-8671: the client makes the server reset. */
    @Test
    void aClientThatProvokesResetsIsSentAway() {
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
        for (int i = 0; i <= Patience.RESETS_MAX && peer.goneFor() == null; i++) {
            peer.get(2 * i + 1, "/hello.txt").widen(2 * i + 1, 0);
        }
        assertGoneFor(ErrorCode.ENHANCE_YOUR_CALM);
    }

    /** VU#421644. */
    @Test
    void aHeaderBlockMayNotGoOnForEver() {
        peer.frame(Frame.HEADERS, Frame.END_STREAM, 1, Http2Peer.block("GET", "/"));
        for (int i = 0; i <= FrameReader.CONTINUATIONS_MAX; i++) {
            peer.frame(Frame.CONTINUATION, 0, 1);
        }
        assertGoneFor(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void aHeaderBlockMayNotBeTooLong() {
        peer.frame(Frame.HEADERS, Frame.END_STREAM, 1, new byte[FrameReader.BLOCK_MAX / 2]);
        peer.frame(Frame.CONTINUATION, 0, 1, new byte[FrameReader.BLOCK_MAX / 2 + 1]);
        assertGoneFor(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void aHeaderBlockThatIsNotContinuedEndsTheConnectionInTime() {
        peer.frame(Frame.HEADERS, Frame.END_STREAM, 1, Http2Peer.block("GET", "/"));
        peer.connection.pass(Duration.ofNanos(Http2Protocol.FRAME_NANOS).plus(SECOND));
        assertThat(peer.connection.hasEnded()).isTrue();
    }

    /** CVE-2026-49975: a field of one octet stands for thousands. */
    @Test
    void aBlockThatGrowsIsRefusedAndTheConnectionGoesOn() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x40);
        Http2Peer.string(block, "x-bomb");
        Http2Peer.string(block, "b".repeat(4_000));
        byte[] first = Http2Peer.block("GET", "/hello.txt");
        byte[] bomb = new byte[first.length + block.size() + 100];
        System.arraycopy(first, 0, bomb, 0, first.length);
        System.arraycopy(block.toByteArray(), 0, bomb, first.length, block.size());
        Arrays.fill(bomb, first.length + block.size(), bomb.length, (byte) (0x80 | 62));
        peer.headers(1, true, bomb);
        assertThat(peer.response(1).status()).isEqualTo(431);
        assertLives(3);
    }

    @Test
    void manySmallFieldsAreRefused() {
        String[] cookies = new String[FieldSection.FIELDS_MAX];
        Arrays.fill(cookies, "cookie: a");
        peer.get(1, "/hello.txt", cookies);
        assertThat(peer.response(1).status()).isEqualTo(431);
        assertLives(3);
    }

    /** CVE-2019-9512, CVE-2019-9515. */
    @Test
    void floodsOfFramesThatCostTheClientNothingEndTheConnection() {
        byte[] ping = Http2Peer.octetsOf(Frame.PING, 0, 0, new byte[8]);
        byte[] settings = Http2Peer.octetsOf(Frame.SETTINGS, 0, 0);
        byte[] priority = Http2Peer.octetsOf(Frame.PRIORITY, 0, 1, new byte[5]);
        byte[] window = Http2Peer.octetsOf(Frame.WINDOW_UPDATE, 0, 0, Http2Peer.numbers(1));
        byte[] unknown = Http2Peer.octetsOf(0x77, 0, 0);
        for (byte[] frame : new byte[][] {ping, settings, priority, window, unknown}) {
            peer.close();
            peer = Http2Peer.of(site);
            for (int i = 0; i <= Patience.FRAMES_MAX && peer.goneFor() == null; i++) {
                peer.send(frame);
            }
            assertGoneFor(ErrorCode.ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void aClientThatTellsOfItsWindowWithEachFrameOfDataMayDoSo() {
        peer.get(1, "/large.bin");
        while (!peer.hasEnded(1)) {
            peer.widen(0, 1_000).widen(1, 1_000);
            assertThat(peer.goneFor()).isNull();
        }
    }

    /** CVE-2019-9518. */
    @Test
    void framesOfDataWithoutDataEndTheConnection() {
        peer.request(1, false, "GET", "/hello.txt");
        for (int i = 0; i <= Patience.FRAMES_MAX + 10 && peer.goneFor() == null; i++) {
            peer.data(1, false, new byte[0]);
        }
        assertGoneFor(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void theInitialWindowMayNotChangeAgainAndAgain() {
        for (int i = 0; i <= Patience.WINDOW_CHANGES_MAX && peer.goneFor() == null; i++) {
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, i);
        }
        assertGoneFor(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void aWindowMayNotOverflow() {
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
        peer.get(1, "/hello.txt").widen(1, Integer.MAX_VALUE).widen(1, Integer.MAX_VALUE);
        assertThat(peer.hasEnded(1)).isTrue();
        peer.widen(0, Integer.MAX_VALUE);
        assertGoneFor(ErrorCode.FLOW_CONTROL_ERROR);
    }

    /** CVE-2019-9511, CVE-2019-9517. */
    @Test
    void aStreamThatIsNotReadIsResetAndTheConnectionGoesOn() {
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 5);
        peer.get(1, "/hello.txt");
        peer.connection.pass(Limits.STALL.dividedBy(2));
        assertThat(peer.resetOf(1)).isNull();
        peer.connection.pass(Limits.STALL);
        assertThat(peer.resetOf(1)).isEqualTo(ErrorCode.CANCEL);
        assertThat(peer.connection.count(Counter.STALLED)).isEqualTo(1);
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 100);
        assertLives(3);
    }

    @Test
    void aStreamThatIsReadOctetByOctetIsReset() {
        peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 1);
        peer.get(1, "/large.bin");
        for (int i = 0; i < 10 && peer.resetOf(1) == null; i++) {
            peer.connection.pass(Limits.STALL.dividedBy(2));
            peer.widen(1, 1);
        }
        assertThat(peer.resetOf(1)).isEqualTo(ErrorCode.CANCEL);
    }

    @Test
    void aBodyThatDoesNotComeIsAnsweredInTime() {
        peer.request(1, false, "GET", "/hello.txt");
        peer.connection.pass(Duration.ofNanos(StreamOutput.BODY_NANOS).plus(Limits.STALL));
        assertThat(peer.response(1).status()).isEqualTo(408);
        assertThat(peer.resetOf(1)).isEqualTo(ErrorCode.NO_ERROR);
    }

    @Test
    void moreDataThanTheWindowTakesEndsTheConnection() {
        peer.request(1, false, "POST", "/hello.txt", "Expect: 100-continue");
        assertThat(peer.response(1).status()).isEqualTo(405);
        for (int i = 0; i < 20; i++) {
            peer.data(1, false, new byte[Frame.PAYLOAD_MAX]);
        }
        assertThat(peer.goneFor()).as("what nobody wants is given back at once").isNull();
        assertLives(3);
    }

    @Test
    void aClientThatSaysNothingIsSentAway() {
        try (Http2Peer silent = Http2Peer.silent(site)) {
            silent.connection.pass(Duration.ofNanos(Http2Protocol.PREFACE_NANOS).plus(SECOND));
            assertThat(silent.connection.hasEnded()).isTrue();
        }
    }

    @Test
    void anIdleConnectionIsEndedInTime() {
        assertLives(1);
        peer.connection.pass(Duration.ofNanos(Http2Protocol.IDLE_NANOS).plus(SECOND));
        assertGoneFor(ErrorCode.NO_ERROR);
        assertThat(peer.connection.timers()).isLessThanOrEqualTo(1);
    }

    @Test
    void anotherProtocolIsSentAway() {
        try (Http2Peer other = Http2Peer.silent(site)) {
            other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(other.goneFor()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
            assertThat(other.told()).isEqualTo("no preface of HTTP/2");
        }
    }

    @Test
    void answersThatTheClientDoesNotReadStopItsInput() {
        // The socket of a rehearsal takes everything, so this looks at the frames alone.
        ControlFrames waiting = new ControlFrames();
        while (!waiting.isFull()) {
            waiting.settingsAck();
        }
        assertThat(waiting.isEmpty()).isFalse();
    }

    @Test
    void aConnectionDoesNotLastForEver() {
        byte[] request = Http2Peer.octetsOf(
                Frame.HEADERS,
                Frame.END_HEADERS | Frame.END_STREAM,
                0,
                Http2Peer.block("HEAD", "/empty.txt"));
        ByteBuffer all = ByteBuffer.allocate(Http2Connection.STREAMS_MAX * request.length);
        for (int i = 0; i < Http2Connection.STREAMS_MAX; i++) {
            int at = all.position();
            all.put(request).putInt(at + STREAM_AT, 2 * i + 1);
        }
        peer.send(all.array());
        assertThat(peer.frames(Frame.GOAWAY)).hasSize(1);
        assertThat(peer.goneFor()).isEqualTo(ErrorCode.NO_ERROR);
        peer.frame(Frame.PING, Frame.ACK, 0, new byte[8]);
        assertThat(peer.connection.hasEnded()).isTrue();
    }
}
