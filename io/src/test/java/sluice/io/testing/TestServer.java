package sluice.io.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactors;
import sluice.io.loop.SharedLoop;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A running server of the suite's language, which ends by proving that it holds nothing. */
public final class TestServer implements AutoCloseable {
    /** Short enough to be waited for in a test. */
    public static final Duration SHORT = Duration.ofMillis(150);
    /** Nothing in a test waits so long. */
    public static final Duration LONG = Duration.ofSeconds(60);

    public static final Limits LIMITS = new Limits(1000, 64, LONG, LONG);
    private static final int SUB_LOOPS = 2;
    private static final String NOTHING = "0 blocks 0 queues 0 timers";

    private final LineService service;
    private final Reactors reactors;
    private final boolean resets;
    private final boolean layered;

    private TestServer(Setup setup, LineService service, Reactors reactors) {
        resets = setup.cell().model() != Model.ASYNC_CHANNEL;
        layered = setup.layer() != null;
        this.service = service;
        this.reactors = reactors;
    }

    public static TestServer start(Setup setup, LineService service) throws IOException {
        return start(setup, service, LIMITS, Kernel.LINUX);
    }

    public static TestServer start(Setup setup, LineService service, Limits limits)
            throws IOException {
        return start(setup, service, limits, Kernel.LINUX);
    }

    public static TestServer start(Setup setup, LineService service, Limits limits, Kernel kernel)
            throws IOException {
        String refusal = setup.refusal();
        assumeTrue(refusal == null, refusal);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Machinery machinery = Machinery.defaults()
                .withCell(setup.cell())
                .withReactor(setup.reactor())
                .withLoops(SUB_LOOPS);
        List<Listen> listeners = List.of(new Listen(any, service));
        Reactors started = setup.layer() == null
                ? Reactors.start(machinery, limits, listeners, kernel)
                : Reactors.start(machinery, limits, listeners, setup.layer());
        return new TestServer(setup, service, started);
    }

    public Reactors reactors() {
        return reactors;
    }

    public Client client() throws IOException {
        return layered(Client.connect(reactors.address()).withoutResets(!resets));
    }

    public Client slowClient() throws IOException {
        return layered(Client.slow(reactors.address()).withoutResets(!resets));
    }

    /** Of a client that has connected by itself: from now on as the server's layer wants it. */
    public Client layered(Client client) throws IOException {
        return layered ? client.underXor('l') : client;
    }

    public long count(Counter counter) {
        return reactors.count(counter);
    }

    public void awaitCount(Counter counter, long expected) {
        Await.until(
                counter + " to be " + expected + ", is " + count(counter),
                () -> count(counter) >= expected);
        assertThat(count(counter)).as(counter.name()).isEqualTo(expected);
    }

    /**
     * Waits until the only connection has ended, its descriptor too: java.nio closes that of a
     * registered channel at the loop's next select, and serves another client after it only.
     */
    public void awaitEnd() throws IOException {
        awaitCount(Counter.CONNECTIONS_CLOSED, 1);
        try (Client next = client()) {
            next.send("echo next\n");
            assertThat(next.line()).isEqualTo("next");
        }
    }

    public void awaitConnections(int expected) {
        Await.until(expected + " connections", () -> reactors.connections() == expected);
    }

    /** The one connection that is open now. */
    public LineProtocol onlyProtocol() {
        Await.until("one connection", () -> service.live().size() == 1);
        return service.live().iterator().next();
    }

    /** The next connection that was told to hold its answer. */
    public LineProtocol held() {
        Await.until("a held answer", () -> !service.held.isEmpty());
        return service.held.remove();
    }

    public CompletableFuture<Boolean> drain(Duration limit) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return reactors.drain(limit);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Asks on the loop's thread. */
    public static <T> T ask(EventLoop loop, Supplier<T> question) {
        List<T> answer = new ArrayList<>();
        Object lock = new Object();
        loop.post(() -> {
            synchronized (lock) {
                answer.add(question.get());
            }
        });
        Await.until("an answer of the loop", () -> {
            synchronized (lock) {
                return !answer.isEmpty();
            }
        });
        synchronized (lock) {
            return answer.getFirst();
        }
    }

    /** When all clients have gone, nothing is left of them. */
    @Override
    public void close() {
        try {
            awaitConnections(0);
            assertThat(count(Counter.CONNECTIONS_CLOSED))
                    .isEqualTo(count(Counter.CONNECTIONS_OPENED));
            // A worker hears of the end a little later.
            Await.until("all protocols to be closed", service.live()::isEmpty);
            for (EventLoop loop : service.loops()) {
                if (loop instanceof SharedLoop) {
                    // A timer of the acceptor's, which pauses, may still be there.
                    Await.until(NOTHING, () -> ask(loop, () -> held(loop)).equals(NOTHING));
                }
            }
        } finally {
            reactors.close();
        }
        assertHoldsNothing();
    }

    /** Closes while clients are still there. */
    public void tear() {
        reactors.close();
        assertHoldsNothing();
    }

    private void assertHoldsNothing() {
        assertThat(reactors.connections()).isZero();
        for (EventLoop loop : service.loops()) {
            assertThat(held(loop)).isEqualTo(NOTHING);
        }
    }

    private static String held(EventLoop loop) {
        LoopResources resources = loop.resources();
        return resources.blocks().inUse() + " blocks " + resources.queues().inUse() + " queues "
                + resources.timers().size() + " timers";
    }
}
