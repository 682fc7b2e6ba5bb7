package sluice.io.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.IoResult;
import sluice.io.socket.RawSocket;
import sluice.io.testing.Descriptors;
import sluice.io.testing.Patterns;
import sluice.io.testing.TestFile;
import sluice.linux.Errno;
import sluice.linux.ErrorQueue;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.AtMost;
import sluice.linux.testing.ScriptedKernel.Before;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;
import sluice.linux.testing.ScriptedKernel.Step;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pipes, mappings and buffers of the copy paths: what faults do to the bytes, and no leak. */
class PendingCopyTest {
    private static final int SIZE = 1 << 20;
    private static final int PAGE = 4096;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final Arena arena = Arena.ofConfined();
    private final Counters counters = new Counters();
    private final Splice splice = new Splice(kernel, counters);
    private final MmapCopy mmap = new MmapCopy(kernel, counters);
    private final ZeroCopy zerocopy = new ZeroCopy(
            kernel, counters, new ErrorQueue(arena), new DirectCopy(new Block(arena), counters));
    private final MemorySegment pair = arena.allocate(8, 4);
    private Path path = Path.of("");
    private TestFile file;
    private RawSocket socket;
    private RawSocket peer;
    private java.util.Map<String, Integer> before;

    @BeforeEach
    void connect(@TempDir Path directory) throws IOException {
        Descriptors.open();
        before = Descriptors.open();
        path = directory.resolve("file");
        Patterns.write(path, 0, SIZE);
        file = new TestFile(path, kernel);
        int type = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
        assertThat(SocketCalls.socketpair(SocketCalls.AF_UNIX, type, 0, pair.address()))
                .isZero();
        socket = new RawSocket(pair.get(ValueLayout.JAVA_INT, 0), kernel);
        peer = new RawSocket(pair.get(ValueLayout.JAVA_INT, 4), Kernel.LINUX);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(kernel.unused()).isZero();
        socket.close();
        peer.close();
        file.close();
        assertThat(splice.inUse()).isZero();
        assertThat(zerocopy.inUse()).isZero();
        splice.close();
        zerocopy.close();
        arena.close();
        assertThat(Descriptors.open()).isEqualTo(before);
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(path.toString());
    }

    private long send(CopyPath by, long offset, long length) {
        return by.send(socket, file.file(), offset, length, false);
    }

    /** Reads what has been sent since {@code from} and compares it. */
    private void expect(long from, long length) {
        Block block = new Block(arena);
        long at = from;
        while (at < from + length) {
            long got = peer.receive(block, 0, (int) Math.min(Block.SIZE, from + length - at));
            assertThat(got).as("bytes from %d", at).isPositive();
            Patterns.assertBytes(
                    block.segment().asSlice(0, got).toArray(ValueLayout.JAVA_BYTE), at);
            at += got;
        }
    }

    /** Sends all, in tries, reading what arrived whenever the socket is full. */
    private void sendAll(CopyPath by, long most) {
        long at = 0;
        long read = 0;
        while (at < SIZE) {
            long sent = send(by, at, Math.min(most, SIZE - at));
            if (sent == IoResult.AGAIN) {
                assertThat(at).isGreaterThan(read);
                expect(read, at - read);
                read = at;
            } else {
                assertThat(sent).isPositive();
                at += sent;
            }
        }
        expect(read, SIZE - read);
    }

    private void script(Call call, Step... steps) {
        kernel.on(call, steps);
    }

    @Test
    void spliceLosesNoByteToShortCountsAndInterruptions() {
        script(Call.SPLICE_FROM, new Fail(Errno.EINTR), new AtMost(10_000), new AtMost(1));
        script(Call.SPLICE, new AtMost(1), new Fail(Errno.EINTR), new AtMost(5_000));
        script(Call.SPLICE, new Fail(Errno.EAGAIN), new AtMost(PAGE));
        long at = 0;
        while (at < 20_000) {
            long sent = send(splice, at, 20_000 - at);
            at += Math.max(0, sent);
        }
        expect(0, 20_000);
    }

    @Test
    void bytesInAPipeBelongToTheirConnectionWhateverItMaySendAtOnce() {
        sendAll(splice, 300_000);
    }

    @Test
    void aPipeWithBytesInItGoesWithItsSocket() {
        script(Call.SPLICE, new Fail(Errno.EAGAIN));
        assertThat(send(splice, 0, 100_000)).isEqualTo(IoResult.AGAIN);
        assertThat(splice.inUse()).isEqualTo(1);
        assertThat(socket.pendingCopy()).isInstanceOf(Pipe.class);
        socket.shutdownOutput();
        socket.abort();
        assertThat(splice.inUse()).isZero();
    }

    @Test
    void whenAllPipesAreOutBytesGoBySendfileAndThatIsCounted() {
        RawSocket[] others = new RawSocket[Splice.PIPES];
        for (int i = 0; i < others.length; i++) {
            script(Call.SPLICE, new Fail(Errno.EAGAIN));
            others[i] = new RawSocket(-1, kernel);
            assertThat(splice.send(others[i], file.file(), 0, 10, false)).isEqualTo(IoResult.AGAIN);
        }
        assertThat(send(splice, 0, 1000)).isEqualTo(1000);
        assertThat(counters.get(Counter.COPY_FALLBACKS)).isEqualTo(1);
        expect(0, 1000);
        for (RawSocket other : others) {
            other.close();
        }
    }

    @Test
    void spliceTellsOfErrorsOfEitherSide() {
        script(Call.SPLICE_FROM, new Fail(Errno.EIO));
        assertThat(send(splice, 0, 100)).isEqualTo(-Errno.EIO);
        script(Call.SPLICE, new Fail(Errno.EPIPE));
        assertThat(send(splice, 0, 100)).isEqualTo(-Errno.EPIPE);
        socket.close();
        assertThat(send(splice, SIZE, 100)).as("behind the end").isZero();
    }

    @Test
    void aMappingIsGivenBackWhateverTheSocketSays() {
        script(Call.SEND, new AtMost(10), new Fail(Errno.EAGAIN), new Fail(Errno.EPIPE));
        assertThat(send(mmap, 5_000, 100)).isEqualTo(10);
        expect(5_000, 10);
        assertThat(send(mmap, 0, 100)).isEqualTo(IoResult.AGAIN);
        assertThat(send(mmap, 0, 100)).isEqualTo(-Errno.EPIPE);
        assertThat(kernel.invocations(Call.UNMAP)).hasSize(3);
        script(Call.MAP, new Fail(Errno.ENOMEM));
        assertThat(send(mmap, 0, 100)).isEqualTo(-Errno.ENOMEM);
    }

    @Test
    void mmapSendsWindowAfterWindowFromAnyOffset() {
        sendAll(mmap, SIZE);
        assertThat(send(mmap, 70_001, 10_000)).isEqualTo(10_000);
        expect(70_001, 10_000);
    }

    @Test
    void aFileCutShortBetweenMappingAndSendingHasChanged() {
        script(Call.SEND, new Before(() -> cutTo(PAGE), new AtMost(PAGE)));
        assertThat(send(mmap, 8 * PAGE, PAGE)).isEqualTo(IoResult.FILE_CHANGED);
        assertThat(send(mmap, 8 * PAGE, PAGE)).as("the size is asked").isZero();
        assertThat(send(mmap, 0, 8 * PAGE)).isEqualTo(PAGE);
        expect(0, PAGE);
    }

    private void cutTo(long size) {
        try (RandomAccessFile open = new RandomAccessFile(path.toFile(), "rw")) {
            open.setLength(size);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void zerocopyLosesNoByteToShortCountsAndInterruptions() {
        script(Call.SEND, new Fail(Errno.EINTR), new AtMost(1), new AtMost(70_000));
        script(Call.PREAD, new Fail(Errno.EINTR), new AtMost(50_000));
        sendAll(zerocopy, SIZE);
    }

    @Test
    void withoutRoomForNotificationsBytesAreSentPlainlyAndThatIsCounted() {
        script(Call.SEND, new Fail(Errno.ENOBUFS), new AtMost(20_000));
        assertThat(send(zerocopy, 0, 100_000)).isEqualTo(20_000);
        expect(0, 20_000);
        assertThat(counters.get(Counter.COPY_FALLBACKS)).isEqualTo(1);
        assertThat(zerocopy.inUse()).isZero();
    }

    @Test
    void aBufferThatWasRefusedOrCouldNotBeReadIsFreeAtOnce() {
        script(Call.SEND, new Fail(Errno.EAGAIN), new Fail(Errno.EPIPE));
        assertThat(send(zerocopy, 0, 100_000)).isEqualTo(IoResult.AGAIN);
        assertThat(send(zerocopy, 0, 100_000)).isEqualTo(-Errno.EPIPE);
        script(Call.PREAD, new Fail(Errno.EIO));
        assertThat(send(zerocopy, 0, 100_000)).isEqualTo(-Errno.EIO);
        assertThat(send(zerocopy, SIZE, 100_000)).isZero();
        assertThat(zerocopy.inUse()).isZero();
    }

    @Test
    void aBufferTheKernelStillReadsIsNotUsedAgainAndGoesWithItsSocket() {
        for (int i = 1; i <= ZeroCopy.BUFFERS; i++) {
            script(Call.SEND, new Answer(ZeroCopy.BUFFER));
            assertThat(send(zerocopy, 0, ZeroCopy.BUFFER)).isEqualTo(ZeroCopy.BUFFER);
            assertThat(zerocopy.inUse()).isEqualTo(i);
        }
        script(Call.SEND, new AtMost(100));
        assertThat(send(zerocopy, 0, ZeroCopy.BUFFER)).isEqualTo(100);
        assertThat(counters.get(Counter.COPY_FALLBACKS)).isEqualTo(1);
        socket.abort();
        assertThat(zerocopy.inUse()).isZero();
    }

    private ZeroCopySends.Buffer taken() {
        return java.util.Objects.requireNonNull(zerocopy.take());
    }

    /** The kernel sends its pages later, perhaps: another connection's bytes must not be there. */
    @Test
    void aBufferTheKernelStillReadsAtTheEndIsNoOtherConnectionsBuffer() {
        ZeroCopySends sends = new ZeroCopySends(zerocopy, socket);
        ZeroCopySends.Buffer read = taken();
        sends.began(read);
        sends.release();

        assertThat(zerocopy.inUse()).isZero();
        ZeroCopySends.Buffer next = taken();
        assertThat(next).isNotSameAs(read);
        zerocopy.give(next);
    }

    @Test
    void numbersOfSendsBeginAgainFromZero() {
        ZeroCopySends sends = new ZeroCopySends(zerocopy, socket);
        sends.skipTo(-1);
        sends.began(taken());
        sends.began(taken());
        sends.began(taken());
        sends.over(-1, 0);
        assertThat(zerocopy.inUse()).isEqualTo(1);
        sends.over(1, 1);
        assertThat(zerocopy.inUse()).isZero();
    }
}
