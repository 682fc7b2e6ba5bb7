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
import sluice.io.testing.Logs;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.io.testing.Turns;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Slow, greedy and numerous peers: nothing spins, nothing grows, nobody owns a loop. */
@EveryModelAndLayer
class EventLoopPressureTest {
    /** More than any socket buffers hold. */
    private static final long BIG = 8 << 20;

    private static final int ECHOES = 100;
    /** The socket's buffer grows while it is filled. */
    private static final int TRIES_TO_FILL_A_SOCKET = 100;

    private static final String DOWNLOAD = "file 0 " + BIG + "\n";

    /** Logged by the thread of the connection after its client has heard of it. */
    private static final String CLOSED =
            "the connection that waited longest for a request was closed";

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

    private static Limits limits(int connections, Duration stall) {
        return new Limits(connections, 10, stall, TestServer.LONG);
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
        Limits limits = limits(10, TestServer.SHORT);
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

    private static Client greeted(TestServer server, String word) throws IOException {
        Client client = server.client();
        client.send("echo " + word + "\n");
        assertThat(client.line()).isEqualTo(word);
        return client;
    }

    @Test
    void atTheLimitTheConnectionThatIsIdleLongestMakesRoom() throws IOException {
        try (TestServer server = TestServer.start(setup, service, limits(3, TestServer.LONG));
                Client first = greeted(server, "1");
                Client second = greeted(server, "2")) {
            // So many that the server has noticed long since that the second one is idle.
            for (int i = 0; i < ECHOES; i++) {
                first.send("echo again\n");
                assertThat(first.line()).isEqualTo("again");
            }
            try (Client third = greeted(server, "3")) {
                second.assertEnded();
                third.send("echo more\n");
                assertThat(third.line()).isEqualTo("more");
                first.send("echo 1\n");
                assertThat(first.line()).isEqualTo("1");
                server.awaitConnections(2);
            }
            assertThat(server.count(Counter.CLOSED_FOR_ROOM)).isEqualTo(1);
        }
        assertThat(Logs.await(CLOSED))
                .contains(CLOSED + " at the limit of 3 connections; 1 so far");
    }

    /** A crowd that comes one after another is served one after another, whichever loop accepts. */
    @Test
    void atTheLimitEachOfManyNewOnesIsServed() throws IOException {
        List<Client> crowd = new ArrayList<>();
        try (TestServer server = TestServer.start(setup, service, limits(3, TestServer.LONG))) {
            try {
                for (int i = 0; i < ECHOES; i++) {
                    crowd.add(greeted(server, String.valueOf(i)));
                }
                assertThat(server.reactors().connections()).isLessThanOrEqualTo(3);
            } finally {
                for (Client client : crowd) {
                    client.close();
                }
            }
        }
        assertThat(Logs.await(CLOSED)).isNotEmpty();
    }

    @Test
    void atTheLimitAnAnswerThatIsDueIsNotCut() throws IOException {
        try (TestServer server = TestServer.start(setup, service, limits(2, TestServer.LONG));
                Client first = server.client();
                Client second = server.client()) {
            first.send("hold\n");
            LineProtocol held = server.held();
            second.send("hold\n");
            LineProtocol other = server.held();
            try (Client third = server.client()) {
                third.send("echo 3\n");
                Await.until("a pause", () -> server.count(Counter.ACCEPT_AT_LIMIT) > 1);
                assertThat(server.reactors().connections()).isEqualTo(2);
                held.loop().post(() -> held.releaseWith("now\n"));
                assertThat(first.line()).isEqualTo("now");
                first.assertEnded();
                assertThat(third.line()).isEqualTo("3");
            }
            other.loop().post(() -> other.releaseWith("late\n"));
            assertThat(second.line()).isEqualTo("late");
        }
        assertThat(Logs.take()).contains("accepting paused at the limit of 2 connections");
    }

    @Test
    void atTheLimitAPeerThatNeverSaysAnythingMakesRoomAfterAWhile() throws IOException {
        try (TestServer server = TestServer.start(setup, service, limits(2, TestServer.LONG));
                Client silent = server.client();
                Client held = server.client()) {
            held.send("hold\n");
            LineProtocol busy = server.held();
            silent.assertEnded();
            busy.loop().post(() -> busy.releaseWith("now\n"));
            assertThat(held.line()).isEqualTo("now");
        }
        assertThat(Logs.await(CLOSED)).isNotEmpty();
    }
}
