package sluice.io.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Limits;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Before;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Pass;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a thread per connection costs when it is virtual. */
@ExtendWith(Watched.class)
class VirtualThreadsTest {
    private static final int IDLE = 1_000;

    private final LineService service = new LineService();

    private static Setup setup(CopyMode copy) {
        return new Setup(new Cell(Model.VIRTUAL, copy), Reactor.SINGLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"SENDFILE", "TRANSFER_TO"})
    void aThousandIdleConnectionsHoldNoBufferAndOthersAreServedBesideThem(CopyMode copy)
            throws IOException {
        Limits limits = new Limits(IDLE + 10, 2, TestServer.LONG, TestServer.LONG);
        try (TestServer server = TestServer.start(setup(copy), service, limits)) {
            List<Client> idle = new ArrayList<>();
            for (int i = 0; i < IDLE; i++) {
                idle.add(server.client());
            }
            server.awaitConnections(IDLE);
            try (Client busy = server.client()) {
                for (int i = 0; i < IDLE; i++) {
                    busy.send("echo " + i + "\n");
                    assertThat(busy.line()).isEqualTo(String.valueOf(i));
                }
            }
            // With room for two answers at a time, each of them has had one.
            for (Client client : idle) {
                client.send("echo awake\n");
                assertThat(client.line()).isEqualTo("awake");
            }
            for (Client client : idle) {
                client.close();
            }
        }
    }

    @Test
    void aDiskThatDoesNotAnswerHoldsNoCarrier(@TempDir Path directory) throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicBoolean held = new AtomicBoolean();
        Runnable waits = () -> {
            held.compareAndSet(false, Thread.currentThread().isVirtual());
            awaitQuietly(answer);
        };
        Kernel slowDisk = new ScriptedKernel(Kernel.LINUX)
                .always(Call.SENDFILE, new Before(waits, new Pass()));
        Path path = Patterns.sparse(directory.resolve("cold"), 1 << 20);
        try (TestFile file = new TestFile(path, slowDisk);
                TestServer server = TestServer.start(
                        setup(CopyMode.SENDFILE),
                        service.file(file),
                        TestServer.LIMITS,
                        slowDisk)) {
            List<Client> waiting = new ArrayList<>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                waiting.add(server.client().send("file 0 1000\n"));
            }
            Await.until("all to wait", () -> file.tries() >= Math.min(waiting.size(), 8));
            try (Client other = server.client()) {
                other.send("echo on\n");
                assertThat(other.line()).isEqualTo("on");
            }
            answer.countDown();
            for (Client client : waiting) {
                client.body(0, 1000).close();
            }
            assertThat(held).as("a carrier was held").isFalse();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theDescriptionSaysThatThereAreNoLoops() throws IOException {
        try (TestServer server = TestServer.start(setup(CopyMode.AUTO), service)) {
            assertThat(server.reactors().description())
                    .contains("virtual thread per connection", "--reactor does not apply");
        }
    }
}
