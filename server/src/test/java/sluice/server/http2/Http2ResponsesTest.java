package sluice.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import sluice.http.Method;
import sluice.io.Counter;
import sluice.server.ResponseRecord;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.testing.Coded;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Responses by HTTP/2: the same as by HTTP/1, several at once, as far as windows reach. */
class Http2ResponsesTest {
    @TempDir
    private Path root;

    private final List<ResponseRecord> records = new ArrayList<>();
    private Rehearsed site;

    @BeforeEach
    void open() throws IOException {
        Tree.plant(root);
        Files.writeString(root.resolve("page.txt"), "page");
        Files.write(root.resolve("page.txt.gz"), Coded.gzip("page"));
        site = Rehearsed.of(root);
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** What belongs to a message of HTTP/1, or is drawn by chance, is no part of a response. */
    private static String comparable(ReceivedResponse response) {
        Map<String, List<String>> fields = new TreeMap<>(response.fields());
        fields.remove("date");
        String all =
                response.status() + "\n" + fields + "\n" + new String(response.body(), ISO_8859_1);
        return all.replaceAll("\\b[0-9A-F]{16}\\b", "boundary");
    }

    @ParameterizedTest
    @FieldSource("sluice.server.site.OtherProtocolTest#REQUESTS")
    void theyAreThoseOfHttp1(String method, String target, String[] lines) throws IOException {
        Method bodyOf = method.equals("HEAD") ? Method.HEAD : Method.GET;
        ReceivedResponse http1 = site.ask(bodyOf, RawClient.request(method, target, lines));
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.widen(0, 1 << 30).setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 1 << 30);
            peer.request(1, true, method, target, lines);
            assertThat(comparable(peer.response(1))).isEqualTo(comparable(http1));
            assertThat(peer.connection.awaitsInput()).isTrue();
            assertThat(peer.connection.count(Counter.FAILED)).isZero();
            assertThat(peer.connection.buffersInUse()).isZero();
        }
    }

    @Test
    void aBodyGoesAsFarAsTheWindowOfItsStream() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 10);
            peer.get(1, "/medium.bin");
            assertThat(peer.body(1)).hasSize(10);
            peer.widen(1, 7);
            assertThat(peer.body(1)).hasSize(17);
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 13);
            assertThat(peer.body(1)).hasSize(20);
        }
    }

    @Test
    void allBodiesTogetherGoAsFarAsTheWindowOfTheConnection() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 40_000);
            peer.get(1, "/large.bin").get(3, "/large.bin");
            assertThat(peer.body(1)).hasSize(40_000);
            assertThat(peer.body(3)).hasSize(65_535 - 40_000);
            peer.widen(0, 5);
            assertThat(peer.body(3)).hasSize(65_540 - 40_000);
        }
    }

    @Test
    void aWindowMayBecomeNegative() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.get(1, "/large.bin");
            assertThat(peer.body(1)).hasSize(65_535);
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
            peer.widen(0, 65_535).widen(1, 65_535);
            assertThat(peer.body(1)).hasSize(65_535);
            peer.widen(1, 1);
            assertThat(peer.body(1)).hasSize(65_536);
        }
    }

    @Test
    void responsesDoNotWaitForOneThatTheClientDoesNotRead() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 100);
            peer.get(1, "/large.bin").get(3, "/hello.txt");
            assertThat(peer.hasEnded(1)).isFalse();
            assertThat(peer.response(3).text()).isEqualTo(Tree.HELLO);
        }
    }

    @Test
    void anUrgentResponseOvertakesOthers() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.widen(0, 1 << 20).setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
            peer.get(1, "/large.bin", "Priority: u=5").get(3, "/medium.bin", "Priority: u=0");
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20);
            List<Integer> order = dataOrder(peer);
            assertThat(order.indexOf(1)).isGreaterThan(order.lastIndexOf(3));
        }
    }

    @Test
    void aFrameChangesHowUrgentAResponseIs() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.widen(0, 1 << 20).setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
            peer.get(1, "/large.bin").get(3, "/medium.bin");
            peer.frame(Frame.PRIORITY_UPDATE, 0, 0, new byte[] {0, 0, 0, 3, 'u', '=', '1'});
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20);
            List<Integer> order = dataOrder(peer);
            assertThat(order.indexOf(1)).isGreaterThan(order.lastIndexOf(3));
        }
    }

    @Test
    void incrementalResponsesGoSideBySide() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.widen(0, 1 << 20).setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 0);
            peer.get(1, "/large.bin", "Priority: i").get(3, "/large.bin", "Priority: i");
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20);
            assertThat(dataOrder(peer).subList(0, 4)).containsExactly(1, 3, 1, 3);
        }
    }

    private static List<Integer> dataOrder(Http2Peer peer) {
        return peer.frames(Frame.DATA).stream()
                .filter(frame -> frame.payload().length > 0)
                .map(Http2Peer.Received::stream)
                .toList();
    }

    @Test
    void aTornFileResetsItsStreamAndNoOther() throws IOException {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 20_000);
            peer.get(1, "/large.bin");
            assertThat(peer.body(1)).hasSize(20_000);
            Files.write(
                    root.resolve("large.bin"),
                    new byte[5_000],
                    StandardOpenOption.TRUNCATE_EXISTING);
            peer.widen(1, 20_000);
            assertThat(peer.resetOf(1)).isEqualTo(ErrorCode.INTERNAL_ERROR);
            assertThat(peer.hasEnded(1)).isFalse();
            assertThat(peer.connection.count(Counter.FILE_CHANGED)).isPositive();
            peer.get(3, "/hello.txt");
            assertThat(peer.response(3).text()).isEqualTo(Tree.HELLO);
        }
    }

    @Test
    void aFileThatIsRewrittenAfterItsLastOctetDoesNotEndItsStream() throws IOException {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.get(1, "/medium.bin");
            long sent = peer.body(1).length;
            assertThat(sent).isEqualTo(65_535);
            long size = Files.size(root.resolve("medium.bin"));
            Files.write(root.resolve("medium.bin"), new byte[(int) size]);
            peer.widen(0, 1 << 20).widen(1, 1 << 20);
            assertThat(peer.hasEnded(1)).isFalse();
            assertThat(peer.resetOf(1)).isEqualTo(ErrorCode.INTERNAL_ERROR);
            assertThat(peer.connection.isTorn()).isFalse();
        }
    }

    @Test
    void aResponseSaysHowItsBodyIsSent() throws IOException {
        try (Rehearsed explaining = Rehearsed.of(
                        Sluice.builder().files(ServedFiles.in(root).withExplain(true)));
                Http2Peer peer = Http2Peer.of(explaining)) {
            peer.get(1, "/hello.txt").request(3, true, "HEAD", "/large.bin");
            assertThat(peer.response(1).field("sluice-path"))
                    .startsWith("copy=memory, model=epoll");
            assertThat(peer.response(1).field("server-timing")).contains("copy;desc=\"memory\"");
            assertThat(peer.response(3).field("sluice-path"))
                    .startsWith("copy=direct, model=epoll, cold=guarded, kernel=0, user=");
        }
    }

    @Test
    void eachStreamHasARecord() throws IOException {
        try (Rehearsed watched =
                        Rehearsed.of(Sluice.builder().root(root).onResponse(records::add));
                Http2Peer peer = Http2Peer.of(watched)) {
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 20_000);
            peer.get(1, "/large.bin").get(3, "/hello.txt", "User-Agent: one");
            assertThat(records).hasSize(1);
            ResponseRecord hello = records.getFirst();
            assertThat(hello.request().target()).isEqualTo("/hello.txt");
            assertThat(hello.request().version()).isEqualTo("HTTP/2");
            assertThat(hello.request().userAgent()).isEqualTo("one");
            assertThat(hello.status()).isEqualTo(200);
            assertThat(hello.complete()).isTrue();
            assertThat(hello.bodyBytes()).isEqualTo(13);
            peer.reset(1);
            assertThat(records).hasSize(2);
            ResponseRecord large = records.getLast();
            assertThat(large.complete()).isFalse();
            assertThat(large.bodyBytes()).isEqualTo(20_000);
            assertThat(large.headBytes()).isGreaterThan(2 * Frame.HEAD);
        }
    }

    @Test
    void aServerThatStopsTellsTheLastStreamWhenTheClientKnows() {
        try (Http2Peer peer = Http2Peer.of(site)) {
            peer.setting(ControlFrames.SETTINGS_INITIAL_WINDOW_SIZE, 5);
            peer.get(1, "/hello.txt");
            peer.connection.drain();
            assertThat(peer.frames(Frame.GOAWAY)).hasSize(1);
            assertThat(peer.frames(Frame.GOAWAY).getFirst().number(0)).isEqualTo(Integer.MAX_VALUE);
            peer.get(3, "/empty.txt");
            assertThat(peer.response(3).status()).as("it was on its way").isEqualTo(200);
            peer.frame(Frame.PING, Frame.ACK, 0, new byte[8]);
            assertThat(peer.frames(Frame.GOAWAY).getLast().number(0)).isEqualTo(3);
            peer.get(5, "/empty.txt");
            peer.widen(1, 100);
            assertThat(peer.response(1).text()).isEqualTo(Tree.HELLO);
            assertThat(peer.frames(Frame.HEADERS, 5)).isEmpty();
            assertThat(peer.connection.hasEnded()).isTrue();
        }
    }
}
