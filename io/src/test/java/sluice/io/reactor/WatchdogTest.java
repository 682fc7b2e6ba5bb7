package sluice.io.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.loop.Arrangement;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.Pulse;
import sluice.io.loop.SharedLoop;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Logs;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.io.workers.Worker;
import sluice.io.workers.WorkersArrangement;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Loops and workers that are stuck or die: noticed, counted, told once, and replaced. */
@ExtendWith(Watched.class)
class WatchdogTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final AtomicLong clock = new AtomicLong();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger stuck = new AtomicInteger();
    private final LineService service = new LineService();
    private final AtomicInteger population = new AtomicInteger();
    private @Nullable Arrangement arrangement;
    private @Nullable Watchdog watchdog;

    private void start(Model model, Reactor reactor, int loops) throws IOException {
        Cell cell = new Cell(model, CopyMode.AUTO);
        assumeTrue(cell.refusal() == null, cell::refusal);
        LoopSettings settings = new LoopSettings(
                service,
                TestServer.LIMITS,
                (_, task) -> task.run(),
                clock::get,
                population,
                Backends.of(Machinery.defaults().withCell(cell), Kernel.LINUX));
        if (reactor == Reactor.WORKERS) {
            WorkersArrangement workers = new WorkersArrangement(loops, List.of(ANY), settings);
            arrangement = workers;
            watchdog = workers.reactor().watchdog();
        } else {
            LoopArrangement made = new LoopArrangement(reactor, loops, List.of(ANY), settings);
            arrangement = made;
            watchdog = made.watchdog();
        }
    }

    private Arrangement arrangement() {
        return Objects.requireNonNull(arrangement);
    }

    @AfterEach
    void end() throws InterruptedException {
        goOn.countDown();
        if (arrangement == null) {
            return; // Skipped.
        }
        arrangement().stopAccepting();
        arrangement().stop();
        arrangement().release();
        assertThat(population).hasValue(0);
        assertThat(service.live()).isEmpty();
    }

    private Client client() throws IOException {
        return Client.connect(arrangement().addresses().getFirst());
    }

    private Client served(String word) throws IOException {
        Client client = client().send("echo " + word + "\n");
        assertThat(client.line()).isEqualTo(word);
        return client;
    }

    /** The loop, or worker, of the connection that was opened last. */
    private EventLoop loopOf(Client client) throws IOException {
        client.send("hold\n");
        Await.until("a held answer", () -> !service.held.isEmpty());
        LineProtocol held = service.held.remove();
        held.loop().post(() -> held.releaseWith("held\n"));
        assertThat(client.line()).isEqualTo("held");
        return held.loop();
    }

    private void stick(EventLoop loop) {
        int before = stuck.get();
        loop.post(() -> {
            stuck.incrementAndGet();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Await.until("the loop to stick", () -> stuck.get() > before);
    }

    private void kill(SharedLoop loop) {
        loop.post(() -> loop.completions()
                .add(
                        () -> {
                            throw new AssertionError("killed by the test");
                        },
                        false));
        loop.post(() -> {});
        Await.until("the end", () -> !loop.thread().isAlive());
    }

    /** Time leaps, so whoever is not stuck must have come to its wait before. */
    private void lookTwice() {
        Watchdog dog = Objects.requireNonNull(watchdog);
        Await.until(
                "the others to wait",
                () -> dog.watched().stream()
                                .filter(one -> Pulse.isTurn(one.pulse().beat()))
                                .count()
                        == stuck.get());
        dog.look();
        clock.addAndGet(Watchdog.STUCK_NANOS);
        dog.look();
    }

    private long count(Counter counter) {
        return arrangement().count(counter);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, SINGLE",
        "SELECTOR, SINGLE",
        "IO_URING, SINGLE",
        "ASYNC_CHANNEL, SINGLE",
        "POSIX_AIO, SINGLE",
        "EPOLL, REUSE_PORT",
        "SELECTOR, REUSE_PORT",
        "IO_URING, REUSE_PORT",
        "EPOLL, WORKERS"
    })
    void whereAnAcceptingLoopSticksAnotherOneAccepts(Model model, Reactor reactor)
            throws Exception {
        start(model, reactor, 1);
        try (Client first = served("a")) {
            EventLoop loop = loopOf(first);
            stick(reactor == Reactor.WORKERS ? workersReactor() : loop);
            lookTwice();
            assertThat(count(Counter.LOOPS_STUCK)).isEqualTo(1);
            try (Client second = served("b");
                    Client third = served("c")) {
                Objects.requireNonNull(watchdog).look();
                assertThat(count(Counter.LOOPS_STUCK)).isEqualTo(1);
                goOn.countDown();
                first.send("echo c\n");
                assertThat(first.line()).isEqualTo("c");
                second.send("echo d\n");
                assertThat(second.line()).isEqualTo("d");
                third.send("echo e\n");
                assertThat(third.line()).isEqualTo("e");
                served("f").close();
            }
        }
        assertThat(Logs.take())
                .anySatisfy(line -> assertThat(line).contains("stuck", "stack of the stuck thread"))
                .anySatisfy(line -> assertThat(line).contains("accepts connections instead of"));
    }

    private EventLoop workersReactor() {
        return ((WorkersArrangement) arrangement()).reactor().loops().getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, SINGLE",
        "SELECTOR, SINGLE",
        "IO_URING, SINGLE",
        "ASYNC_CHANNEL, SINGLE",
        "POSIX_AIO, SINGLE",
        "EPOLL, REUSE_PORT"
    })
    void whereAnAcceptingLoopDiesAnotherOneAccepts(Model model, Reactor reactor) throws Exception {
        start(model, reactor, 1);
        try (Client first = served("a")) {
            kill((SharedLoop) loopOf(first));
            first.withoutResets(model == Model.ASYNC_CHANNEL).assertTorn();
        }
        Objects.requireNonNull(watchdog).look();
        served("b").close();
        assertThat(count(Counter.LOOPS_DIED)).isEqualTo(1);
        assertThat(Logs.take()).hasSize(2);
    }

    @Test
    void newConnectionsAvoidASubLoopThatIsStuckUntilItGoesOn() throws Exception {
        start(Model.EPOLL, Reactor.MAIN_SUB, 2);
        List<Client> clients = new ArrayList<>();
        clients.add(served("a"));
        SharedLoop loop = (SharedLoop) loopOf(clients.getFirst());
        stick(loop);
        lookTwice();
        for (int i = 0; i < 4; i++) {
            clients.add(served("b" + i));
        }
        assertThat(loop.connections()).isEqualTo(1);
        goOn.countDown();
        assertThat(loopOf(clients.getFirst())).isSameAs(loop);
        Objects.requireNonNull(watchdog).look();
        clients.add(served("c"));
        assertThat(loop.connections()).isEqualTo(2);
        for (Client client : clients) {
            client.close();
        }
        assertThat(Logs.take()).hasSize(2).last().asString().contains("runs again");
    }

    @Test
    void aMainLoopThatDiesIsReplacedByASubLoop() throws Exception {
        start(Model.EPOLL, Reactor.MAIN_SUB, 2);
        kill(((LoopArrangement) arrangement()).loops().getFirst());
        Objects.requireNonNull(watchdog).look();
        for (int i = 0; i < 4; i++) {
            served("b" + i).close();
        }
        assertThat(Logs.take()).hasSize(2).last().asString().contains("instead of sluice-main");
    }

    @Test
    void newConnectionsAvoidAWorkerThatIsStuck() throws Exception {
        start(Model.EPOLL, Reactor.WORKERS, 2);
        List<Client> clients = new ArrayList<>();
        clients.add(served("a"));
        Worker worker = (Worker) loopOf(clients.getFirst());
        stick(worker);
        lookTwice();
        for (int i = 0; i < 4; i++) {
            clients.add(served("b" + i));
        }
        assertThat(worker.connections()).isEqualTo(1);
        assertThat(count(Counter.LOOPS_STUCK)).isEqualTo(1);
        for (Client client : clients) {
            client.close();
        }
        assertThat(Logs.take()).singleElement().asString().contains("sluice-worker", "stuck");
    }

    @Test
    void aLoopThatWaitsIsNotStuck() throws Exception {
        start(Model.EPOLL, Reactor.MAIN_SUB, 2);
        served("a").close();
        lookTwice();
        assertThat(count(Counter.LOOPS_STUCK)).isZero();
    }
}
