package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.RawListener;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Logs;
import sluice.io.testing.Loops;
import sluice.io.testing.Watched;
import sluice.linux.Errno;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Pollers that fail: what that costs, and what it does not. */
@ExtendWith(Watched.class)
class LoopDeathTest {
    private final LineService service = new LineService();
    private final LoopSettings settings =
            Loops.settings(service, new Cell(Model.EPOLL, CopyMode.AUTO), Kernel.LINUX);
    private final AtomicBoolean waitFails = new AtomicBoolean();
    private final AtomicBoolean addFails = new AtomicBoolean();
    private final AtomicBoolean updateFails = new AtomicBoolean();
    private final SharedLoop loop = new SharedLoop(
            "sluice-test",
            settings,
            made -> new ReadinessEngine(made, parts -> new FailingPoller(new EpollPoller(parts))));
    private final Listener listener;

    LoopDeathTest() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener = RawListener.open(any, false, Kernel.LINUX);
    }

    @BeforeEach
    void start() {
        loop.start();
    }

    private final class FailingPoller implements Poller {
        private final Poller real;

        FailingPoller(Poller real) {
            this.real = real;
        }

        @Override
        public long add(Registration registration) {
            return addFails.get() ? -Errno.ENOSPC : real.add(registration);
        }

        @Override
        public long update(Registration registration) {
            return updateFails.get() ? -Errno.ENOMEM : real.update(registration);
        }

        @Override
        public void remove(Registration registration) {
            real.remove(registration);
        }

        @Override
        public void await(long nanos, ReadyList ready) {
            if (waitFails.get()) {
                throw new IllegalStateException("wait failed");
            }
            real.await(nanos, ready);
        }

        @Override
        public void wake() {
            real.wake();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private Client client() throws IOException {
        Client client = Client.connect(listener.address());
        Listener.Accepted accepted = listener.accept();
        assertThat(accepted.socket()).isNotNull();
        loop.adopt(accepted.socket(), 0);
        return client;
    }

    private void end() throws InterruptedException {
        loop.stop();
        loop.release();
        listener.close();
        assertThat(settings.population()).hasValue(0);
        assertThat(loop.connections()).isZero();
        assertThat(service.live()).isEmpty();
    }

    private long count(Counter counter) {
        return loop.resources().counters().get(counter);
    }

    @Test
    void aLoopThatDiesTearsItsConnectionsAndIsCounted() throws Exception {
        try (Client client = client()) {
            client.send("echo a\n");
            assertThat(client.line()).isEqualTo("a");
            waitFails.set(true);
            loop.post(() -> {});
            client.assertTorn();
            Await.until("the end", loop::ended);
            try (Client late = client()) {
                late.assertEnded();
            }
        }
        end();
        assertThat(count(Counter.LOOPS_DIED)).isEqualTo(1);
        assertThat(count(Counter.FAILED)).isEqualTo(1);
        assertThat(Logs.take()).singleElement().asString().contains("a loop failed", "wait failed");
    }

    @Test
    void workForALoopThatHasDiedIsDoneByWhoWaitsForIt() throws Exception {
        waitFails.set(true);
        loop.post(() -> {});
        Await.until("the end", loop::ended);
        AtomicInteger ran = new AtomicInteger();
        loop.runAndWait(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
        end();
        assertThat(Logs.take()).hasSize(1);
    }

    @Test
    void aConnectionThatCannotBeWatchedIsShedAndOthersGoOn() throws Exception {
        try (Client client = client()) {
            client.send("echo a\n");
            assertThat(client.line()).isEqualTo("a");
            addFails.set(true);
            try (Client unwatched = client()) {
                unwatched.assertTorn();
            }
            client.send("echo b\n");
            assertThat(client.line()).isEqualTo("b");
        }
        end();
        assertThat(count(Counter.FAILED_TO_OPEN)).isEqualTo(1);
        assertThat(Logs.take())
                .singleElement()
                .asString()
                .contains("cannot watch a connection: ENOSPC");
    }

    @Test
    void aConnectionWhoseInterestCannotBeChangedIsTornAndOthersGoOn() throws Exception {
        try (Client client = client();
                Client other = client()) {
            updateFails.set(true);
            client.send("hold\n");
            client.assertTorn();
            updateFails.set(false);
            other.send("echo b\n");
            assertThat(other.line()).isEqualTo("b");
        }
        end();
        assertThat(count(Counter.FAILED)).isEqualTo(1);
        assertThat(Logs.take()).singleElement().asString().contains("connection reset: ENOMEM");
    }
}
