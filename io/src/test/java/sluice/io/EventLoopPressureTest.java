package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.EveryModelAndLayer;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.io.testing.Turns;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.file.Path;

/** Slow and greedy peers: nothing spins, nothing grows, nobody owns a loop. */
@EveryModelAndLayer
class EventLoopPressureTest {
    /** More than any socket buffers hold. */
    private static final long BIG = 8 << 20;

    private static final int ECHOES = 100;
    /** The socket's buffer grows while it is filled. */
    private static final int TRIES_TO_FILL_A_SOCKET = 100;

    private static final String DOWNLOAD = "file 0 " + BIG + "\n";

    private final Setup setup;

    @TempDir
    Path directory;

    private final LineService service = new LineService();
    private Path path = Path.of("");

    EventLoopPressureTest(Setup setup) {
        this.setup = setup;
    }

    @BeforeEach
    void writeFile() throws IOException {
        path = Patterns.sparse(directory.resolve("served"), BIG);
    }

    private TestFile file() throws IOException {
        return new TestFile(path, Kernel.LINUX);
    }

    @Test
    void aPeerThatHasFinishedAndWaitsForItsAnswerCostsNoTurns() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("hold\n").finish();
            LineProtocol held = server.held();
            Turns.assertWaits(held.loop());
            held.loop().post(() -> held.releaseWith("now\n"));
            assertThat(client.line()).isEqualTo("now");
            client.assertEnded();
        }
    }

    @Test
    void aPeerThatBreaksWhileItsAnswerIsAwaitedCostsNoTurns() throws IOException {
        try (TestServer server = TestServer.start(setup, service)) {
            Client client = server.client();
            client.send("hold\n");
            LineProtocol held = server.held();
            client.reset();
            Turns.assertWaits(held.loop());
            held.loop().post(() -> held.releaseWith("in vain\n"));
            server.awaitCount(Counter.PEER_GONE, 1);
        }
    }

    @Test
    void aReaderThatStallsIsTorn() throws IOException {
        Limits limits = new Limits(10, 10, TestServer.SHORT, TestServer.LONG);
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file), limits);
                Client client = server.slowClient()) {
            client.send(DOWNLOAD);
            server.awaitCount(Counter.STALLED, 1);
            client.assertTorn();
        }
    }

    /** Who tries in turn, or goes on when transferTo says 0, tries thousands of times. */
    @Test
    void aReaderThatStallsCostsNoTries() throws IOException {
        boolean triesAll = setup.cell().model() == Model.NONBLOCKING;
        assumeFalse(triesAll, "to try every socket in turn is what this model is");
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client slow = server.slowClient();
                Client modest = server.client()) {
            slow.send(DOWNLOAD);
            Await.until("a first try", () -> file.tries() > 0);
            for (int i = 0; i < ECHOES; i++) {
                modest.send("echo " + i + "\n");
                assertThat(modest.line()).isEqualTo(String.valueOf(i));
            }
            assertThat(file.tries()).isLessThan(TRIES_TO_FILL_A_SOCKET);
            slow.reset();
        }
    }

    /** How long they may wait is what {@link QuantumTest} counts. */
    @Test
    void smallAnswersComeWhileAGreedyDownloadRuns() throws Exception {
        long size = 4L << 30;
        Patterns.sparse(path, size);
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client greedy = server.client();
                Client modest = server.client()) {
            greedy.send("file 0 " + size + "\n");
            Thread reader = Thread.ofPlatform().start(greedy::dropUnchecked);
            Await.until(
                    "the download to run", () -> server.count(Counter.BYTES_FROM_FILES) > 1 << 20);
            for (int i = 0; i < 10; i++) {
                modest.send("echo " + i + "\n");
                assertThat(modest.line()).isEqualTo(String.valueOf(i));
            }
            assertThat(server.count(Counter.BYTES_FROM_FILES))
                    .as("still under way")
                    .isLessThan(size);
            greedy.reset();
            reader.join();
        }
    }
}
