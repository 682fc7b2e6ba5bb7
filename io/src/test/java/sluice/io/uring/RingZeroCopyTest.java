package sluice.io.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.copy.ZeroCopy;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.SharedLoop;
import sluice.io.reactor.AcceptingListener;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.io.socket.RawSocket;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.LockedMemory;
import sluice.io.testing.Loops;
import sluice.io.testing.Patterns;
import sluice.io.testing.TestFile;
import sluice.io.testing.Watched;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Probe;
import sluice.linux.SocketCalls;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Call;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Buffers that a ring's sends keep until the kernel gives notice of them. */
@ExtendWith(Watched.class)
class RingZeroCopyTest {
    private static final Cell CELL = new Cell(Model.IO_URING, CopyMode.ZEROCOPY);
    private static final int PIECES = 8;
    private static final int SIZE = PIECES * ZeroCopy.BUFFER;
    /** More than any socket buffers hold. */
    private static final int BIG = 8 << 20;
    /** Together they would need more buffers than there are. */
    private static final int MANY = 24;

    @TempDir
    Path directory;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final LineService service = new LineService();
    private TestFile file;
    private SharedLoop loop;
    private AcceptingListener accepting;
    private SocketAddress address;

    @BeforeEach
    void serve() throws IOException {
        String refusal = CELL.refusal();
        assumeTrue(refusal == null, refusal);
        Probe.Feature sends = Probe.of(Probe.IO_URING_SEND_ZC);
        assumeTrue(sends.available(), sends.detail());
        Path path = directory.resolve("served");
        Patterns.write(path, 0, BIG);
        file = new TestFile(path, Kernel.LINUX);
        service.file(file);
        start(UringEngine.Features.ALL);
    }

    private void start(UringEngine.Features features) throws IOException {
        LoopSettings settings = Loops.settings(service, CELL, kernel);
        loop = new SharedLoop("ring", settings, it -> new UringEngine(it, features));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Listener listener = settings.backend().listen(any, false, PortSharing.ALONE);
        address = listener.address();
        accepting = new AcceptingListener(listener, settings, (it, socket) -> it.adopt(socket, 0));
        accepting.openAt(loop);
        loop.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (loop != null) {
            stop();
            file.close();
        }
    }

    private void stop() throws InterruptedException {
        accepting.close();
        loop.stop();
        assertThat(loop.ended()).isTrue();
        assertThat(engine().notices()).as("buffers the kernel has").isZero();
        assertThat(count(Counter.LOOPS_DIED)).isZero();
        loop.release();
    }

    private UringEngine engine() {
        return (UringEngine) loop.engine();
    }

    private long count(Counter counter) {
        return loop.resources().counters().get(counter);
    }

    private int notices() throws InterruptedException {
        AtomicInteger notices = new AtomicInteger();
        loop.runAndWait(() -> notices.set(engine().notices()));
        return notices.get();
    }

    private void awaitNotices(String what, boolean some) {
        Await.until(what, () -> {
            try {
                return notices() > 0 == some;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void everyPieceGoesByTheRingAndTheKernelTellsOfItsCopies() throws Exception {
        try (Client client = Client.connect(address)) {
            client.send("file 0 " + SIZE + "\n").body(0, SIZE);
            awaitNotices("all notices", false);
        }
        if (LockedMemory.isUnlimited()) {
            assertThat(count(Counter.ZEROCOPY_SENDS)).isGreaterThanOrEqualTo(PIECES);
            assertThat(count(Counter.COPY_FALLBACKS)).isZero();
        }
        // To a peer on this machine the kernel always copies.
        assertThat(count(Counter.ZEROCOPY_COPIED)).isEqualTo(count(Counter.ZEROCOPY_SENDS));
        assertThat(kernel.invocations(Call.SEND)).as("sends but the ring's").isEmpty();
        assertThat(kernel.invocations(Call.RECVMSG)).as("looks at error queues").isEmpty();
    }

    @Test
    void shortPiecesAreSentPlainlyWhichIsNoFallback() throws Exception {
        int little = ZeroCopy.WORTH_IT - 1;
        try (Client client = Client.connect(address)) {
            client.send("file 5 " + little + "\n").body(5, little);
        }
        assertThat(count(Counter.ZEROCOPY_SENDS)).isZero();
        assertThat(count(Counter.COPY_FALLBACKS)).isZero();
    }

    /** What was taken but cannot leave is still in our buffers: others must not write there. */
    @Test
    void noBufferIsUsedAgainBeforeItsNoticeHoweverManyReadSlowly() throws Exception {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < MANY; i++) {
                Client client = Client.slow(address);
                clients.add(client);
                client.send("file " + i + " " + (BIG - MANY) + "\n").body(i, 1_000);
            }
            awaitNotices("buffers that wait", true);
            Await.until("no buffer left", () -> count(Counter.COPY_FALLBACKS) > 0);
            for (int i = 0; i < MANY; i++) {
                clients.get(i).body(i + 1_000L, i < 3 ? BIG - MANY - 1_000 : 100_000);
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
        awaitNotices("all buffers back", false);
    }

    @Test
    void aResetBringsTheBuffersBackAndOthersGetTheirOwnBytes() throws Exception {
        Client stalled = Client.slow(address);
        stalled.send("file 0 " + BIG + "\n").body(0, 1_000);
        awaitNotices("buffers that wait", true);
        stalled.reset();
        awaitNotices("all buffers back", false);
        try (Client client = Client.connect(address)) {
            client.send("file 77 " + SIZE + "\n").body(77, SIZE);
        }
    }

    /** The peer neither reads nor leaves; {@link #end} sees that none is left. */
    @Test
    void anEndOfTheLoopTearsAndAwaitsWhatTheKernelHas() throws Exception {
        try (Client stalled = Client.slow(address)) {
            stalled.send("file 0 " + BIG + "\n").body(0, 1_000);
            awaitNotices("buffers that wait", true);
            stop();
            stalled.assertTornWithin(BIG);
            start(UringEngine.Features.ALL);
        }
    }

    @Test
    void aSocketThatTakesNoneGetsAllPlainlyAndThatIsCounted() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            var both = arena.allocate(8, 4);
            int type = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC;
            assertThat(SocketCalls.socketpair(SocketCalls.AF_UNIX, type, 0, both.address()))
                    .isZero();
            loop.adopt(new RawSocket(both.get(ValueLayout.JAVA_INT, 0), kernel), 0);
            RawSocket peer = new RawSocket(both.get(ValueLayout.JAVA_INT, 4), Kernel.LINUX);
            Block block = new Block(arena);
            byte[] command = ("file 3 " + SIZE + "\n").getBytes(StandardCharsets.US_ASCII);
            block.segment().asByteBuffer().put(command);
            assertThat(peer.send(block, 0, command.length, false)).isEqualTo(command.length);
            for (long at = 0; at < SIZE; ) {
                int got = (int) peer.receive(block, 0, Block.SIZE);
                assertThat(got).isPositive();
                byte[] bytes = block.segment().asSlice(0, got).toArray(ValueLayout.JAVA_BYTE);
                Patterns.assertBytes(bytes, 3 + at);
                at += got;
            }
            peer.close();
        }
        assertThat(count(Counter.ZEROCOPY_SENDS)).isZero();
        assertThat(count(Counter.COPY_FALLBACKS)).isGreaterThanOrEqualTo(PIECES);
    }

    @Test
    void withoutLockedMemoryThePieceIsTriedAnewAnotherWay() {
        UringOperations operations = new UringOperations(engine(), new RawSocket(-1, kernel));
        RingSends sends = new RingSends(engine().submissions(), operations);
        List<Integer> told = new ArrayList<>();
        operations.tell((kind, value, flags) -> told.add(value));
        sends.ended(-Errno.ENOMEM);
        assertThat(sends.mayBegin()).isFalse();
        assertThat(sends.mayBegin()).as("the next one").isTrue();
        sends.ended(-Errno.ENOBUFS);
        assertThat(sends.mayBegin()).isFalse();
        sends.ended(-Errno.EPIPE);
        sends.ended(100);
        assertThat(told).containsExactly(-Errno.EINTR, -Errno.EINTR, -Errno.EPIPE, 100);
    }

    @Test
    void withoutTheOperationItGoesByTheErrorQueue() throws Exception {
        stop();
        start(new UringEngine.Features(true, true, true, false));
        assertThat(engine().sendsZeroCopy()).isFalse();
        try (Client client = Client.connect(address)) {
            client.send("file 0 " + SIZE + "\n").body(0, SIZE);
            client.send("file 0 " + SIZE + "\n").body(0, SIZE);
        }
        assertThat(kernel.invocations(Call.SEND)).isNotEmpty();
        assertThat(count(Counter.ZEROCOPY_SENDS)).isPositive();
        assertThat(kernel.invocations(Call.RECVMSG)).isNotEmpty();
    }
}
