package sluice.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Counter;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.testing.Rehearsed;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Uploads by HTTP/2: that they are right is for the tests of uploads, here it is how they come. */
class Http2UploadsTest {
    private static final byte[] BODY = Tree.random(300_000);

    @TempDir
    private Path root;

    private Rehearsed site;
    private Http2Peer peer;

    @BeforeEach
    void open() throws IOException {
        site = Rehearsed.of(Sluice.builder().root(root).uploads(Uploads.defaults()));
        peer = Http2Peer.of(site);
    }

    @AfterEach
    void close() {
        assertThat(peer.connection.count(Counter.FAILED)).isZero();
        peer.close();
        site.close();
    }

    private void put(int stream, String name, String... lines) {
        peer.request(stream, false, "PUT", name, lines);
    }

    private void data(int stream, int from, int to, boolean last) {
        for (int at = from; at < to; at += Frame.PAYLOAD_MAX) {
            int end = Math.min(to, at + Frame.PAYLOAD_MAX);
            peer.data(stream, last && end == to, Arrays.copyOfRange(BODY, at, end));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aBodyOfKnownLengthBecomesAFile() throws IOException {
        put(1, "/new.bin", "Content-Length: " + BODY.length);
        data(1, 0, BODY.length, true);
        assertThat(peer.response(1).status()).isEqualTo(201);
        assertThat(root.resolve("new.bin")).hasBinaryContent(BODY);
        assertThat(peer.resetOf(1)).isNull();
        assertThat(peer.connection.buffersInUse()).isZero();
    }

    @Test
    void soDoesOneThatSaysItsEndOnly() {
        put(1, "/new.bin");
        data(1, 0, 100_000, false);
        assertThat(root.resolve("new.bin")).doesNotExist();
        peer.data(1, true, new byte[0]);
        assertThat(peer.response(1).status()).isEqualTo(201);
        assertThat(root.resolve("new.bin")).hasBinaryContent(Arrays.copyOf(BODY, 100_000));
    }

    @Test
    void anEmptyFileNeedsNoData() {
        peer.request(1, true, "PUT", "/empty.txt");
        assertThat(peer.response(1).status()).isEqualTo(201);
        assertThat(root.resolve("empty.txt")).isEmptyFile();
    }

    @Test
    void severalUploadsMayCrossEachOther() {
        put(1, "/a.bin");
        put(3, "/b.bin");
        for (int i = 0; i < 10; i++) {
            data(1, 10_000 * i, 10_000 * i + 10_000, i == 9);
            data(3, 20_000 * i, 20_000 * i + 20_000, i == 9);
        }
        assertThat(peer.response(1).status()).isEqualTo(201);
        assertThat(peer.response(3).status()).isEqualTo(201);
        assertThat(root.resolve("a.bin")).hasBinaryContent(Arrays.copyOf(BODY, 100_000));
        assertThat(root.resolve("b.bin")).hasBinaryContent(Arrays.copyOf(BODY, 200_000));
    }

    @Test
    void nothingIsTakenWhileAWorkerIsAtWork() {
        peer.connection.restWorkers();
        put(1, "/new.bin", "Content-Length: " + BODY.length);
        data(1, 0, BODY.length, true);
        assertThat(peer.connection.buffersInUse()).as("a block of input").isLessThan(3);
        peer.connection.wakeWorkers();
        assertThat(peer.response(1).status()).isEqualTo(201);
        assertThat(root.resolve("new.bin")).hasBinaryContent(BODY);
    }

    @Test
    void theClientIsToldToSendMore() {
        put(1, "/new.bin");
        for (int i = 0; i < 10; i++) {
            data(1, 0, BODY.length, i == 9);
        }
        assertThat(peer.goneFor()).isNull();
        assertThat(peer.response(1).status()).isEqualTo(201);
        assertThat(peer.frames(Frame.WINDOW_UPDATE, 1)).isNotEmpty();
        assertThat(root.resolve("new.bin")).hasSize(10L * BODY.length);
    }

    @Test
    void aLongBodyThatNobodyWantsIsNotWaitedFor() {
        put(1, "/new.bin", "If-Match: \"other\"", "Content-Length: " + BODY.length);
        assertThat(peer.response(1).status()).isEqualTo(412);
        assertThat(peer.resetOf(1)).isEqualTo(ErrorCode.NO_ERROR);
        data(1, 0, BODY.length, true);
        peer.get(3, "/new.bin");
        assertThat(peer.response(3).status()).isEqualTo(404);
    }

    @Test
    void aShortOneIsSoThatTheClientReadsTheResponse() {
        put(1, "/new.bin", "If-Match: \"other\"");
        data(1, 0, 10_000, false);
        assertThat(peer.frames(Frame.HEADERS)).isEmpty();
        peer.data(1, true, new byte[1]);
        assertThat(peer.response(1).status()).isEqualTo(412);
        assertThat(peer.resetOf(1)).isNull();
    }

    @Test
    void moreThanTheWindowTakesResetsTheStream() {
        peer.request(1, false, "GET", "/old.bin", "Expect: 100-continue", "Content-Length: 9");
        assertThat(peer.response(1).status()).isEqualTo(404);
        peer.connection.restWorkers();
        put(3, "/new.bin");
        for (int i = 0; i < 8; i++) {
            data(3, 0, BODY.length, false);
        }
        peer.connection.wakeWorkers();
        peer.get(5, "/old.bin");
        assertThat(peer.goneFor()).as("the rest is given back").isNull();
    }

    @Test
    void aBodyOfAnotherLengthThanAnnouncedIsNoFile() throws IOException {
        put(1, "/new.bin", "Content-Length: 10");
        data(1, 0, 9, true);
        assertThat(peer.resetOf(1)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        put(3, "/new.bin", "Content-Length: 10");
        data(3, 0, 5, false);
        peer.data(3, false, new byte[6]);
        assertThat(files()).as("nothing is left").filteredOn(this::isOfClient).isEmpty();
    }

    private boolean isOfClient(Path file) {
        return !root.relativize(file).toString().startsWith(".sluice");
    }

    @Test
    void aResetEndsTheUploadAndTheConnectionGoesOn() throws IOException {
        put(1, "/new.bin", "Content-Length: " + BODY.length);
        data(1, 0, 200_000, false);
        peer.reset(1);
        assertThat(files()).isEmpty();
        put(3, "/new.bin", "Content-Length: 10");
        data(3, 0, 10, true);
        assertThat(peer.response(3).status()).isEqualTo(201);
    }

    @Test
    void whoWaitsForAWordGetsIt() {
        put(1, "/new.bin", "Expect: 100-continue", "Content-Length: 10");
        assertThat(peer.status(1)).isEqualTo(100);
        data(1, 0, 10, true);
        assertThat(peer.response(1).status()).isEqualTo(201);
    }

    @Test
    void aResumableUploadIsToldWhereToGoOn() {
        put(1, "/new.bin", "Upload-Complete: ?1", "Upload-Draft-Interop-Version: 8");
        assertThat(peer.status(1)).isEqualTo(104);
        data(1, 0, 10, true);
        assertThat(peer.response(1).status()).isEqualTo(201);
    }

    @Test
    void aFileIsDeleted() throws IOException {
        Files.writeString(root.resolve("old.txt"), "old");
        peer.request(1, true, "DELETE", "/old.txt");
        assertThat(peer.response(1).status()).isEqualTo(204);
        assertThat(root.resolve("old.txt")).doesNotExist();
    }
}
