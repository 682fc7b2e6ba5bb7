package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.EverySetup;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.StoredFile;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What every event loop does alike: the right bytes, in order, whatever the pace of the peer. */
@EverySetup
class EventLoopConformanceTest {
    private static final int[] SIZES = {0, 1, 4095, 4096, 4097, 1 << 20};
    private static final long BEYOND_4_GIB = (4L << 30) - 1000;

    private final Setup setup;

    @TempDir
    Path directory;

    private Path path;
    private final LineService service = new LineService();

    EventLoopConformanceTest(Setup setup) {
        this.setup = setup;
    }

    @BeforeEach
    void writeFile() throws IOException {
        path = directory.resolve("served");
        Patterns.write(path, 0, 2 << 20);
    }

    private TestFile file() throws IOException {
        return new TestFile(path, Kernel.LINUX);
    }

    @Test
    void bodiesOfEverySizeArriveByteForByte() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.client()) {
            for (int size : SIZES) {
                client.send("memory " + size + "\necho then\n").body(0, size);
                assertThat(client.line()).isEqualTo("then");
                client.send("file 77 " + size + "\necho then\n").body(77, size);
                assertThat(client.line()).isEqualTo("then");
            }
        }
    }

    @Test
    void aRegionAcrossFourGigabytesArrives() throws IOException {
        Patterns.write(path, BEYOND_4_GIB, 200_000);
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.client()) {
            client.send("file " + BEYOND_4_GIB + " 200000\n").body(BEYOND_4_GIB, 200_000);
        }
    }

    @Test
    void memoryAndRegionsTakeTurnsInOrder() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.client()) {
            client.send("parts 100\n");
            for (int i = 0; i < 100; i++) {
                assertThat(client.line()).isEqualTo("part " + i);
                client.body(i * 100L, 5000);
            }
            // The last bytes arrive before the loop has counted them.
            Await.until(
                    "the bytes to be counted",
                    () -> server.count(Counter.BYTES_FROM_FILES) == 500_000);
            boolean copied = setup.cell().copyOf(5_000).copies();
            assertThat(server.count(Counter.BYTES_COPIED)).isEqualTo(copied ? 500_000 : 0);
        }
    }

    @Test
    void messagesInOneSegmentAreAnsweredInOrder() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.client()) {
            StringBuilder messages = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                messages.append("echo ").append(i).append('\n');
                messages.append("file ").append(i).append(" 500\n");
                messages.append("later x").append(i).append('\n');
            }
            client.send(messages.toString());
            for (int i = 0; i < 300; i++) {
                assertThat(client.line()).isEqualTo(String.valueOf(i));
                client.body(i, 500);
                assertThat(client.line()).isEqualTo("x" + i);
            }
        }
    }

    @Test
    void messagesThatComeByteByByteAreAnswered() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            for (byte octet : "echo slow\necho as\necho ever\n".getBytes(StandardCharsets.UTF_8)) {
                client.send(new byte[] {octet});
            }
            assertThat(client.line()).isEqualTo("slow");
            assertThat(client.line()).isEqualTo("as");
            assertThat(client.line()).isEqualTo("ever");
        }
    }

    @Test
    void messagesOfTheGreatestLengthAreJoined() throws IOException {
        String word = "w".repeat(Connection.UNFINISHED_MAX - "echo ".length());
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send(("echo " + word + "\n").repeat(20));
            for (int i = 0; i < 20; i++) {
                assertThat(client.line()).isEqualTo(word);
            }
        }
    }

    @Test
    void whatIsSkippedNeedsNoBuffer() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("skip 1000000\n").send(new byte[1_000_000]).send("echo next\n");
            assertThat(client.line()).isEqualTo("skipped");
            assertThat(client.line()).isEqualTo("next");
        }
    }

    @Test
    void aPeerThatSendsAheadIsPausedAndAnsweredInOrder() throws Exception {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            StringBuilder ahead = new StringBuilder("hold\n");
            for (int i = 0; i < 50_000; i++) {
                ahead.append("echo ").append(i).append('\n');
            }
            Thread sender = Thread.ofPlatform().start(() -> client.sendUnchecked(ahead));
            LineProtocol held = server.held();
            EventLoop loop = held.loop();
            assertThat(TestServer.ask(loop, () -> loop.resources().blocks().inUse()))
                    .isLessThanOrEqualTo(setup.heldBlocksMax());
            loop.post(() -> held.releaseWith("released\n"));
            assertThat(client.line()).isEqualTo("released");
            for (int i = 0; i < 50_000; i++) {
                assertThat(client.line()).isEqualTo(String.valueOf(i));
            }
            sender.join();
        }
    }

    @Test
    void aProtocolMaySpeakFirst() throws IOException {
        try (TestServer server = TestServer.start(setup, service.greeting("welcome\n"));
                Client client = server.client()) {
            assertThat(client.line()).isEqualTo("welcome");
            client.send("echo thanks\n");
            assertThat(client.line()).isEqualTo("thanks");
        }
    }

    /** Where files are sent without user space, they are received so too. */
    @Test
    void bytesMayGoIntoAFile() throws IOException {
        try (StoredFile stored = new StoredFile(directory.resolve("stored"));
                TestServer server = TestServer.start(setup, service.sink(stored.sink()));
                Client client = server.client()) {
            client.send("store 300000\n");
            assertThat(client.line()).isEqualTo("storing");
            client.send(Patterns.bytes(0, 300_000)).send("echo a\n");
            assertThat(client.line()).isEqualTo("stored");
            assertThat(client.line()).isEqualTo("a");
            stored.assertHolds(300_000);
            boolean splices = setup.cell().receiving() == ReceiveMode.SPLICE
                    && setup.reactor() != Reactor.WORKERS;
            assertThat(stored.sink().spliced() > 0).isEqualTo(splices);
        }
    }

    @Test
    void aHalfClosedClientGetsItsAnswers() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.client()) {
            client.send("later first\nfile 0 2000000\necho last\n").finish();
            assertThat(client.line()).isEqualTo("first");
            client.body(0, 2_000_000);
            assertThat(client.line()).isEqualTo("last");
            client.assertEnded();
        }
    }

    @Test
    void anAnswerCanComeFromAnotherThread() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("hold\necho after\n");
            LineProtocol held = server.held();
            held.loop().post(() -> held.releaseWith("at last\n"));
            assertThat(client.line()).isEqualTo("at last");
            assertThat(client.line()).isEqualTo("after");
        }
    }
}
