package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.socket.NioListener;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.EverySetup;
import sluice.io.testing.LineService;
import sluice.io.testing.Logs;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.linux.Errno;
import sluice.linux.EventFd;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.ProcessCalls;
import sluice.linux.ProcessCalls.DescriptorLimit;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Files that change, mistakes in protocols, machines that are full. */
@EverySetup
class EventLoopFaultTest {
    /** More than any socket buffers hold. */
    private static final long BIG = 8 << 20;

    /** More descriptors than the tests have open, and few enough to be taken quickly. */
    private static final long FEW = 4_096;

    /** More than a slow client's socket holds, and less than a server's. */
    private static final int HANDED_OVER = 300_000;

    private static final int SMALL = 40_000;

    private static final Set<Call> COPY_CALLS = Set.of(Call.SENDFILE, Call.SPLICE_FROM, Call.MAP);

    private static final String DOWNLOAD = "file 0 " + BIG + "\n";

    private final Setup setup;

    @TempDir
    Path directory;

    private final LineService service = new LineService();
    private Path path = Path.of("");

    EventLoopFaultTest(Setup setup) {
        this.setup = setup;
    }

    @BeforeEach
    void writeFile() throws IOException {
        path = Patterns.sparse(directory.resolve("served"), BIG);
    }

    private TestFile file() throws IOException {
        return new TestFile(path, Kernel.LINUX);
    }

    @Test
    void aFileTruncatedWhileItIsSentIsNeverPadded() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.slowClient()) {
            client.send(DOWNLOAD).body(0, 1000);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(1 << 20);
            }
            client.assertTornWithin(BIG - 1000);
            server.awaitCount(Counter.FILE_CHANGED, 1);
        }
    }

    /** Sends a region whole into the socket of a client that reads only its start, then cuts it. */
    private void truncateWhatWasHandedOver(TestServer server, Client client) throws IOException {
        client.send("file 0 " + HANDED_OVER + "\n").body(0, 100);
        server.awaitCount(Counter.BYTES_FROM_FILES, HANDED_OVER);
        truncate();
    }

    private void truncate() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(100);
        }
    }

    @Test
    void aFileTruncatedBeforeThePeerHasAllOfItIsTornThoughItsPagesWereLent() throws IOException {
        assumeTrue(lendsPages(), "no pages are lent");
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.slowClient()) {
            truncateWhatWasHandedOver(server, client);
            server.awaitCount(Counter.FILE_CHANGED, 1);
            // Counted before the reset leaves: a client that reads on until then gets the rest.
            server.awaitEnd();
            client.assertTornWithin(HANDED_OVER - 100);
        }
    }

    /** A layer reads what it sends into memory. */
    private boolean lendsPages() {
        return setup.layer() == null && !setup.cell().copyOf(HANDED_OVER).copies();
    }

    @Test
    void aFileTruncatedBeforeThePeerHasAllOfItIsTornThoughItsConnectionIsClosing()
            throws IOException {
        assumeTrue(lendsPages(), "no pages are lent");
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.slowClient()) {
            client.send("file 0 " + HANDED_OVER + "\nquit\n").body(0, 100);
            server.awaitCount(Counter.BYTES_FROM_FILES, HANDED_OVER);
            truncate();
            server.awaitEnd();
            client.assertTornWithin(HANDED_OVER - 100);
        }
    }

    @Test
    void whatWasCopiedArrivesThoughItsFileIsTruncatedAfterwards() throws IOException {
        assumeTrue(setup.cell().copyOf(SMALL).copies(), "pages are lent");
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.slowClient()) {
            client.send("file 0 " + SMALL + "\necho x\n").body(0, 100);
            // What follows the file leaves after the last check of the file.
            server.awaitCount(Counter.BYTES_FROM_MEMORY, 2);
            truncate();
            client.body(100, SMALL - 100);
        }
    }

    @Test
    void aFileRewrittenInPlaceWhileItIsSentIsNotTakenForWhole() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.slowClient()) {
            client.send(DOWNLOAD).body(0, 1000);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(4096), 0);
            }
            client.assertTornWithin(BIG - 1000);
            server.awaitCount(Counter.FILE_CHANGED, 1);
        }
    }

    @Test
    void aFileThatHasShrunkBeforeItIsSentIsTornAtOnce() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.client()) {
            client.send("file " + BIG + " 10\n");
            client.assertTorn();
            server.awaitCount(Counter.FILE_CHANGED, 1);
        }
    }

    @Test
    void aFileWhoseCopyCallsTheKernelRefusesArrivesAllTheSame() throws IOException {
        ScriptedKernel refusing = new ScriptedKernel(Kernel.LINUX)
                .always(Call.SENDFILE, new Fail(Errno.EINVAL))
                .always(Call.SPLICE_FROM, new Fail(Errno.EINVAL))
                .always(Call.MAP, new Fail(Errno.ENODEV));
        try (TestFile file = new TestFile(path, refusing);
                TestServer server =
                        TestServer.start(setup, service.file(file), TestServer.LIMITS, refusing);
                Client client = server.slowClient()) {
            client.send("file 0 1000000\necho then\n").body(0, 1_000_000);
            assertThat(client.line()).isEqualTo("then");
            boolean refused = refusing.invocations().stream()
                    .anyMatch(call -> COPY_CALLS.contains(call.call()));
            assertThat(refused).isEqualTo(makesCopyCalls());
            assertThat(server.count(Counter.COPY_FALLBACKS) > 0).isEqualTo(refused);
            assertThat(Logs.take()).hasSize(refused ? 1 : 0);
            if (refused) {
                server.awaitCount(Counter.BYTES_COPIED, 1_000_000);
            }
        }
    }

    /** Whether the loop makes these calls itself: java.nio makes its own, a layer none. */
    private boolean makesCopyCalls() {
        Set<CopyMode> modes = Set.of(CopyMode.SENDFILE, CopyMode.SPLICE, CopyMode.MMAP);
        return setup.layer() == null
                && setup.cell().sockets() == SocketKind.RAW
                && modes.contains(setup.cell().effectiveCopy());
    }

    @Test
    void aMistakeInAProtocolCostsItsOwnConnectionOnly() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client careless = server.client();
                Client careful = server.client()) {
            careful.send("echo a\n");
            assertThat(careful.line()).isEqualTo("a");
            careless.send("boom\n").assertTorn();
            server.awaitCount(Counter.FAILED, 1);
            careful.send("echo b\n");
            assertThat(careful.line()).isEqualTo("b");
        }
        assertThat(Logs.take()).singleElement().asString().contains("internal error", "boom");
    }

    @Test
    void aMistakeInSendingAFileCostsItsOwnConnectionOnly() throws IOException {
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client client = server.client()) {
            // Its version cannot be asked for, which this file makes a mistake of.
            Files.delete(path);
            client.send("file 0 5\n");
            client.assertTorn();
            server.awaitCount(Counter.FAILED, 1);
            server.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
            try (Client next = server.client()) {
                next.send("echo b\n");
                assertThat(next.line()).isEqualTo("b");
            }
        }
        assertThat(Logs.take()).singleElement().asString().contains("internal error");
    }

    @Test
    void whoCannotBeGivenAProtocolIsLetGo() throws IOException {
        service.mistakes.set(1);
        try (TestServer server = TestServer.start(setup, service)) {
            try (Client unlucky = server.client()) {
                unlucky.withoutResets(true).assertTorn();
            } catch (SocketException early) {
                assertThat(early).hasMessageContaining("reset");
            }
            try (Client next = server.client()) {
                next.send("echo b\n");
                assertThat(next.line()).isEqualTo("b");
            }
        }
        assertThat(Logs.take()).singleElement().asString().contains("no protocol");
    }

    @Test
    void aMistakeInWorkOffTheLoopIsLoggedAndTheAnswerStillComes() throws IOException {
        service.work = () -> {
            throw new IllegalStateException("work failed");
        };
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("later still\n");
            assertThat(client.line()).isEqualTo("still");
        }
        assertThat(Logs.take()).singleElement().asString().contains("work failed");
    }

    @Test
    void aProtocolMayTearItsConnection() throws IOException {
        try (TestServer server = TestServer.start(setup, service);
                Client client = server.client()) {
            client.send("abort\necho never\n").assertTorn();
            server.awaitCount(Counter.FAILED, 1);
        }
    }

    @Test
    void withoutDescriptorsAnIdleConnectionMakesRoomForANewOne() throws IOException {
        DescriptorLimit limit = lowerTheLimit();
        try (TestServer server = TestServer.start(setup, service);
                Client idle = server.client();
                Client waiting = Client.unconnected()) {
            idle.send("echo a\n");
            assertThat(idle.line()).isEqualTo("a");
            loadWhatIsNeededWithoutDescriptors();
            List<Integer> taken = takeAllDescriptors();
            try {
                waiting.connectTo(server.reactors().address());
                server.awaitCount(Counter.CLOSED_FOR_ROOM, 1);
            } finally {
                taken.forEach(FileCalls::close);
            }
            server.layered(waiting).send("echo c\n");
            assertThat(waiting.line()).isEqualTo("c");
        } finally {
            ProcessCalls.setDescriptorLimit(limit);
        }
        assertThat(Logs.take()).anySatisfy(line -> assertThat(line).contains("because of EMFILE"));
    }

    @Test
    void withoutDescriptorsAndIdleConnectionsAcceptingPausesAndRecovers() throws IOException {
        DescriptorLimit limit = lowerTheLimit();
        try (TestFile file = file();
                TestServer server = TestServer.start(setup, service.file(file));
                Client busy = server.slowClient();
                Client waiting = Client.unconnected()) {
            busy.send(DOWNLOAD).body(0, 1000);
            loadWhatIsNeededWithoutDescriptors();
            List<Integer> taken = takeAllDescriptors();
            try {
                waiting.connectTo(server.reactors().address());
                Await.until("a pause", () -> server.count(Counter.ACCEPT_BACKED_OFF) > 1);
            } finally {
                taken.forEach(FileCalls::close);
            }
            assertThat(busy.bytes((int) BIG - 1000)).hasSize((int) BIG - 1000);
            server.layered(waiting).send("echo c\n");
            assertThat(waiting.line()).isEqualTo("c");
        } finally {
            ProcessCalls.setDescriptorLimit(limit);
        }
        assertThat(Logs.take())
                .singleElement()
                .asString()
                .startsWith("accepting paused because of EMFILE");
    }

    /** Before the server starts: io_uring asks for the limit when an accept is begun. */
    private static DescriptorLimit lowerTheLimit() {
        DescriptorLimit limit = Objects.requireNonNull(ProcessCalls.descriptorLimit());
        ProcessCalls.setDescriptorLimit(new DescriptorLimit(FEW, limit.hard()));
        return limit;
    }

    /** Classes that are first needed when there is no descriptor to read them by. */
    private static void loadWhatIsNeededWithoutDescriptors() {
        assertThat(Errno.describe(-Errno.EMFILE)).isNotEmpty();
        assertThat(NioListener.errno(new IOException())).isPositive();
        FileCalls.close(-1);
        Closing.after(() -> {}, () -> {});
        Await.until("nothing", () -> true);
    }

    private static List<Integer> takeAllDescriptors() {
        List<Integer> taken = new ArrayList<>();
        for (int fd = EventFd.create(); fd >= 0; fd = EventFd.create()) {
            taken.add(fd);
        }
        return taken;
    }
}
