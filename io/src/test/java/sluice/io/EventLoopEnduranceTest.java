package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Await;
import sluice.io.testing.EveryModel;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.file.Path;

/** Thousands of connections, broken in every phase, leave nothing behind. */
@EveryModel
class EventLoopEnduranceTest {
    private static final int ROUNDS = 100;
    private static final long BIG = 8 << 20;

    private final Setup setup;

    @TempDir
    Path directory;

    EventLoopEnduranceTest(Setup setup) {
        this.setup = setup;
    }

    @Test
    void connectionsBrokenInEveryPhaseLeaveNothingBehind() throws IOException {
        Path path = Patterns.sparse(directory.resolve("served"), BIG);
        LineService service = new LineService();
        try (TestFile file = new TestFile(path, Kernel.LINUX);
                TestServer server = TestServer.start(setup, service.file(file))) {
            for (int i = 0; i < ROUNDS; i++) {
                server.client().reset();
                server.client().close();
                server.client().send("echo unfin").reset();
                server.client().send("echo unfin").close();
                server.client().send("hold\n").reset();
                server.client().send("later x\n").reset();
                server.client().send("file 0 " + BIG + "\n").drop(1).reset();
                server.client().send("file 0 " + BIG + "\n").drop(1).close();
                server.client().send("memory 100000\nmemory 100000\n").drop(1).reset();
                server.client().send("quit\n").drop(4).reset();
                server.client().send("quit\n").close();
                server.client().send("echo a\necho b\n").drop(4).close();
            }
            releaseHeld(server, service);
            server.awaitConnections(0);
            long opened = server.count(Counter.CONNECTIONS_OPENED);
            assertThat(opened).isEqualTo(12 * ROUNDS);
        }
    }

    private static void releaseHeld(TestServer server, LineService service) {
        Await.until("all to be answered", () -> {
            for (LineProtocol held = service.held.poll();
                    held != null;
                    held = service.held.poll()) {
                LineProtocol protocol = held;
                held.loop().post(() -> protocol.releaseWith("in vain\n"));
            }
            return server.reactors().connections() == 0;
        });
    }
}
