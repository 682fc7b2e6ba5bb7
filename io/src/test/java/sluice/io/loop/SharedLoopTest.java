package sluice.io.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.EventLoop;
import sluice.io.Limits;
import sluice.io.Model;
import sluice.io.readiness.Poller;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.io.testing.Turns;
import sluice.io.testing.Watched;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.file.Path;

/** What a loop that many connections share owes them. */
@ParameterizedClass(name = "{0}")
@MethodSource("sluice.io.testing.Setup#singleLoops")
@ExtendWith(Watched.class)
class SharedLoopTest {
    /** More than any socket buffers hold. */
    private static final long BIG = 8 << 20;

    private static final String DOWNLOAD = "file 0 " + BIG + "\n";

    private final Setup setup;

    @TempDir
    Path directory;

    private final LineService service = new LineService();
    private Path path = Path.of("");

    SharedLoopTest(Setup setup) {
        this.setup = setup;
    }

    @BeforeEach
    void writeFile() throws IOException {
        path = Patterns.sparse(directory.resolve("served"), BIG);
    }

    private TestFile file() throws IOException {
        return new TestFile(path, Kernel.LINUX);
    }

    private static Limits buffers(int count) {
        return new Limits(10, count, TestServer.LONG, TestServer.LONG);
    }

    @Test
    void anIdleConnectionCostsNoTurns() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("echo a\n");
            assertThat(client.line()).isEqualTo("a");
            Turns.assertWaits(service.loops().getFirst());
        }
    }

    /** One model turns all the time, by design, and tries each socket each time. */
    @Test
    void aTurnThatFindsNothingToDoIsIdle() throws IOException {
        assumeTrue(setup.cell().model() != Model.NONBLOCKING, "is never idle");
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("echo a\n");
            assertThat(client.line()).isEqualTo("a");
            SharedLoop loop = (SharedLoop) service.loops().getFirst();
            Counters counters = loop.resources().counters();
            long idle = counters.get(Counter.IDLE_TURNS);
            // A wake-up that comes while a turn still works belongs to that turn.
            Await.until("an idle turn", () -> {
                loop.engine().wake();
                return counters.get(Counter.IDLE_TURNS) > idle;
            });
            assertThat(counters.get(Counter.TURNS) - counters.get(Counter.IDLE_TURNS))
                    .isBetween(1L, 20L);
        }
    }

    @Test
    void aFullSocketIsWatchedForRoomAndNothingSpins() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.slowClient()) {
            client.send(DOWNLOAD);
            EventLoop loop = server.onlyProtocol().loop();
            Turns.awaitWatched(loop, Poller.WRITE);
            Turns.assertWaits(loop);
            client.drop(BIG);
            Turns.awaitWatched(loop, Poller.READ);
            Turns.assertWaits(loop);
        }
    }

    @Test
    void connectionsThatFindNoQueueAreShedAndOthersGoOn() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file), buffers(2));
                Client first = server.slowClient();
                Client second = server.slowClient();
                Client third = server.client()) {
            first.send(DOWNLOAD);
            second.send(DOWNLOAD);
            EventLoop loop = service.loops().getFirst();
            Await.until(
                    "two downloads",
                    () -> TestServer.ask(loop, () -> loop.resources().queues().inUse() == 2));
            third.send("echo hello\n").assertTorn();
            server.awaitCount(Counter.BUFFERS_EXHAUSTED, 1);
            first.drop(BIG);
            second.drop(BIG);
        }
    }

    @Test
    void connectionsThatFindNoBlockForUnfinishedInputAreShed() throws IOException {
        try (TestServer server = TestServer.start(setup, service, buffers(1));
                Client first = server.client();
                Client second = server.client()) {
            first.send("echo unfin");
            EventLoop loop = service.loops().getFirst();
            Await.until(
                    "a block",
                    () -> TestServer.ask(loop, () -> loop.resources().blocks().inUse() == 1));
            second.send("echo toofew").assertTorn();
            server.awaitCount(Counter.BUFFERS_EXHAUSTED, 1);
            first.send("ished\n");
            assertThat(first.line()).isEqualTo("unfinished");
        }
    }
}
