package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Client;
import sluice.io.testing.EveryModelAndLayer;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** How connections end, whoever ends them. */
@EveryModelAndLayer
class EventLoopEndingTest {
    /** More than any socket buffers hold. */
    private static final long BIG = 8 << 20;

    private static final String DOWNLOAD = "file 0 " + BIG + "\n";

    private final Setup setup;

    @TempDir
    Path directory;

    private final LineService service = new LineService();
    private Path path = Path.of("");

    EventLoopEndingTest(Setup setup) {
        this.setup = setup;
    }

    @BeforeEach
    void writeFile() throws IOException {
        path = Patterns.sparse(directory.resolve("served"), BIG);
    }

    private TestFile file() throws IOException {
        return new TestFile(path, Kernel.LINUX);
    }

    private static Limits linger(Duration limit) {
        return new Limits(100, 100, TestServer.LONG, limit);
    }

    @Test
    void aClientThatGoesIsForgotten() throws IOException {
        try (TestServer server = TestServer.start(setup, service)) {
            Client client = server.client();
            client.send("echo a\n");
            assertThat(client.line()).isEqualTo("a");
            client.close();
            server.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
        }
    }

    @Test
    void anIdleClientIsToldAndClosed() throws IOException {
        try (TestServer server = TestServer.start(setup, service.idle(TestServer.SHORT));
                Client client = server.client()) {
            assertThat(client.line()).isEqualTo("too late");
            client.assertEnded();
            assertThat(server.count(Counter.EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void aHalfSentMessageExpiresToo() throws IOException {
        try (TestServer server = TestServer.start(setup, service.idle(TestServer.SHORT));
                Client client = server.client()) {
            client.send("echo never end");
            assertThat(client.line()).isEqualTo("too late");
            client.assertEnded();
        }
    }

    @Test
    void aClientThatKeepsSendingStillReadsTheLastAnswer() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("quit\n").send(new byte[300_000]);
            assertThat(client.line()).isEqualTo("bye");
            client.assertEnded();
        }
    }

    @Test
    void aClientThatNeverEndsItsSideIsNotWaitedForLong() throws IOException {
        try (TestServer server = TestServer.start(setup, service, linger(TestServer.SHORT));
                Client client = server.client()) {
            client.send("quit\n");
            assertThat(client.line()).isEqualTo("bye");
            client.assertEnded();
            server.awaitConnections(0);
        }
    }

    @Test
    void aClientThatNeverStopsSendingIsCut() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("quit\n");
            assertThatThrownBy(() -> client.send(new byte[64 << 20]))
                    .isInstanceOf(IOException.class);
            server.awaitConnections(0);
        }
    }

    @Test
    void aResetInAnyPhaseIsCountedAndNotLogged() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file))) {
            server.client().reset();
            server.awaitCount(Counter.PEER_GONE, 1);
            server.client().send("echo unfin").reset();
            server.awaitCount(Counter.PEER_GONE, 2);
            Client served = server.client();
            served.send("echo a\n");
            assertThat(served.line()).isEqualTo("a");
            served.reset();
            server.awaitCount(Counter.PEER_GONE, 3);
            Client downloading = server.slowClient();
            downloading.send(DOWNLOAD).body(0, 1000).reset();
            server.awaitCount(Counter.PEER_GONE, 4);
            Client ended = server.client();
            ended.send("quit\n");
            assertThat(ended.line()).isEqualTo("bye");
            ended.reset();
            server.awaitCount(Counter.PEER_GONE, 5);
            assertThat(server.count(Counter.FAILED)).isZero();
        }
    }

    @Test
    void aDrainEndsTheIdleAndFinishesWhatRuns() throws Exception {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client idle = server.client();
                Client downloading = server.slowClient();
                Client held = server.client()) {
            idle.send("echo a\n");
            assertThat(idle.line()).isEqualTo("a");
            downloading.send(DOWNLOAD).body(0, 1000);
            held.send("hold\n");
            LineProtocol answer = server.held();
            CompletableFuture<Boolean> drained = server.drain(TestServer.LONG);
            idle.assertEnded();
            assertThat(drained).isNotDone();
            downloading.drop(BIG - 1000).assertEnded();
            assertThat(drained).isNotDone();
            answer.loop().post(() -> answer.releaseWith("after all\n"));
            assertThat(held.line()).isEqualTo("after all");
            held.assertEnded();
            idle.hangUp();
            downloading.hangUp();
            held.hangUp();
            assertThat(drained.get()).isTrue();
            assertThatThrownBy(server::client).isInstanceOf(ConnectException.class);
            assertThat(server.count(Counter.CUT_SHORT)).isZero();
        }
    }

    @Test
    void aDrainIsBoundedAndWhatIsLeftIsTorn() throws Exception {
        try (TestFile file = file()) {
            TestServer server = TestServer.start(setup, service.file(file));
            try (Client client = server.slowClient()) {
                client.send(DOWNLOAD).body(0, 1000);
                assertThat(server.drain(TestServer.SHORT).get()).isFalse();
                server.tear();
                client.assertTorn();
                assertThat(server.count(Counter.CUT_SHORT)).isEqualTo(1);
            }
        }
    }

    @Test
    void closingTearsWhateverGoesOn() throws Exception {
        try (TestFile file = file()) {
            TestServer server = TestServer.start(setup, service.file(file));
            try (Client idle = server.client();
                    Client downloading = server.slowClient();
                    Client held = server.client();
                    Client unfinished = server.client()) {
                idle.send("echo a\n");
                assertThat(idle.line()).isEqualTo("a");
                downloading.send(DOWNLOAD).body(0, 1000);
                held.send("hold\n");
                server.held();
                unfinished.send("echo unfin");
                server.awaitConnections(4);
                server.tear();
                idle.assertTorn();
                downloading.assertTorn();
                held.assertTorn();
                unfinished.assertTorn();
                assertThat(server.count(Counter.CUT_SHORT)).isEqualTo(4);
            }
        }
    }

    @Test
    void aServerCanBeClosedTwiceAndAfterADrain() throws Exception {
        TestServer server = TestServer.start(setup, service);
        assertThat(server.drain(TestServer.LONG).get()).isTrue();
        server.tear();
        server.tear();
    }
}
