package sluice.io.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Limits;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Before;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Pass;

import java.util.concurrent.CountDownLatch;

/** What ends a wait inside a system call. */
@ExtendWith(Watched.class)
class BlockingWaitTest {
    private static final Setup BLOCKING =
            new Setup(new Cell(Model.BLOCKING, CopyMode.AUTO), Reactor.SINGLE);
    private static final Limits LIMITS = new Limits(10, 10, TestServer.LONG, TestServer.LONG);

    private final CountDownLatch sending = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX)
            .on(Call.SEND, new Before(this::staysInSend, new Pass()));

    private void staysInSend() {
        sending.countDown();
        try {
            stopping.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** FIN would tell the client that a response is complete. */
    @Test
    void aServerThatStopsInTheMiddleOfASendResetsAndSendsNoFinBefore() throws Exception {
        TestServer server = TestServer.start(BLOCKING, new LineService(), LIMITS, kernel);
        try (Client client = server.client()) {
            client.send("echo a\n");
            sending.await();
            Thread stop = Thread.ofPlatform().start(server::tear);
            Await.until(
                    "the server waits for the thread",
                    () -> stop.getState() == Thread.State.TIMED_WAITING);
            stopping.countDown();
            client.assertTorn();
            stop.join();
            assertThat(server.count(Counter.CUT_SHORT)).isEqualTo(1);
        }
    }
}
