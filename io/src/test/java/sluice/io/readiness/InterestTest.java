package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.testing.Client;
import sluice.io.testing.LineProtocol;
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

/** What a poller watches a connection for, and that it spins on no event that nobody wants. */
@ParameterizedClass(name = "{0}")
@MethodSource("sluice.io.testing.Setup#oneReadinessLoopPerModel")
@ExtendWith(Watched.class)
class InterestTest {
    /** More than any socket buffers hold. */
    private static final long BIG = 8 << 20;

    private static final String DOWNLOAD = "file 0 " + BIG + "\n";

    private final Setup setup;
    private final LineService service = new LineService();

    @TempDir
    Path directory;

    private Path path = Path.of("");

    InterestTest(Setup setup) {
        this.setup = setup;
    }

    @BeforeEach
    void writeFile() throws IOException {
        path = Patterns.sparse(directory.resolve("served"), BIG);
    }

    /** The socket has room then, and a level-triggered poller would report that at once. */
    @Test
    void aSocketThatWasFullAndHasDrainedIsWatchedForRoomNoMore() throws IOException {
        try (TestFile file = new TestFile(path, Kernel.LINUX);
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.slowClient()) {
            client.send(DOWNLOAD + "hold\n");
            Turns.awaitWatched(service.loops().getFirst(), Poller.WRITE);
            client.drop(BIG);

            LineProtocol held = server.held();
            Turns.awaitWatched(held.loop(), 0);
            Turns.assertWaits(held.loop());
            held.loop().post(() -> held.releaseWith("now\n"));
            assertThat(client.line()).isEqualTo("now");
            Turns.awaitWatched(held.loop(), Poller.READ);
            Turns.assertWaits(held.loop());
        }
    }
}
