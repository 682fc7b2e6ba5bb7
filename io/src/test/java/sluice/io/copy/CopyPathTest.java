package sluice.io.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counters;
import sluice.io.FileChunk;
import sluice.io.FileSource;
import sluice.io.IoResult;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;
import sluice.linux.testing.ScriptedKernel.Invocation;

import java.lang.foreign.Arena;
import java.util.List;

/**
 * What a kernel seldom does, step by step: short counts, interruptions, full and broken sockets.
 */
class CopyPathTest {
    private static final int SOCKET = 1001;
    private static final int FILE = 1002;
    private static final long LENGTH = 3L * Block.SIZE;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final Arena arena = Arena.ofConfined();
    private final RawSocket socket = new RawSocket(SOCKET, kernel);
    private final OpenFile file = new LinuxFile(FILE, kernel);
    private final Counters counters = new Counters();
    private final CopyPath sendfile = new Sendfile(counters);
    private final CopyPath direct = new DirectCopy(new Block(arena), counters);
    private final Block block = new Block(arena);

    @AfterEach
    void everyStepWasUsedAndMemoryIsFreed() {
        assertThat(kernel.unused()).isZero();
        arena.close();
    }

    private long send(CopyPath path) {
        return path.send(socket, file, 100, LENGTH, false);
    }

    private List<Long> lengths(Call call) {
        return kernel.invocations(call).stream().map(Invocation::length).toList();
    }

    @Test
    void sendfileGivesBackWhatTheKernelSaid() {
        kernel.on(Call.SENDFILE, new Answer(LENGTH), new Answer(5), new Answer(0));
        assertThat(send(sendfile)).isEqualTo(LENGTH);
        assertThat(send(sendfile)).isEqualTo(5);
        assertThat(send(sendfile)).isZero();
        kernel.on(Call.SENDFILE, new Fail(Errno.EAGAIN), new Fail(Errno.EPIPE));
        assertThat(send(sendfile)).isEqualTo(IoResult.AGAIN);
        assertThat(send(sendfile)).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void anInterruptedCallIsMadeAgain() {
        kernel.on(Call.SENDFILE, new Fail(Errno.EINTR), new Fail(Errno.EINTR), new Answer(7));
        assertThat(send(sendfile)).isEqualTo(7);
        kernel.on(Call.SEND, new Fail(Errno.EINTR), new Answer(7));
        assertThat(socket.send(block, 0, 10, false)).isEqualTo(7);
        kernel.on(Call.RECV, new Fail(Errno.EINTR), new Answer(7));
        assertThat(socket.receive(block, 0, 10)).isEqualTo(7);
        kernel.on(Call.PREAD, new Fail(Errno.EINTR), new Answer(7));
        assertThat(file.read(0, block, 10)).isEqualTo(7);
    }

    @Test
    void directCopiesBlockByBlock() {
        kernel.always(Call.PREAD, new Answer(Block.SIZE)).always(Call.SEND, new Answer(Block.SIZE));
        assertThat(send(direct)).isEqualTo(LENGTH);
        assertThat(lengths(Call.PREAD)).hasSize(3).containsOnly((long) Block.SIZE);
        assertThat(lengths(Call.SEND)).hasSize(3).containsOnly((long) Block.SIZE);
    }

    @Test
    void directStopsWhereTheSocketIsFull() {
        kernel.always(Call.PREAD, new Answer(Block.SIZE));
        kernel.on(Call.SEND, new Answer(Block.SIZE), new Answer(10));
        assertThat(send(direct)).isEqualTo(Block.SIZE + 10);
        kernel.on(Call.SEND, new Answer(Block.SIZE), new Fail(Errno.EAGAIN));
        assertThat(send(direct)).isEqualTo(Block.SIZE);
        kernel.on(Call.SEND, new Fail(Errno.EAGAIN));
        assertThat(send(direct)).isEqualTo(IoResult.AGAIN);
    }

    @Test
    void directTellsOfABreakWhenNothingWasSent() {
        kernel.always(Call.PREAD, new Answer(Block.SIZE));
        kernel.on(Call.SEND, new Answer(Block.SIZE), new Fail(Errno.EPIPE), new Fail(Errno.EPIPE));
        assertThat(send(direct)).isEqualTo(Block.SIZE);
        assertThat(send(direct)).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void directSendsWhatAShortReadBroughtAndThenFindsTheEnd() {
        kernel.on(Call.PREAD, new Answer(10), new Answer(0), new Answer(0), new Fail(Errno.EIO));
        kernel.on(Call.SEND, new Answer(10));
        assertThat(send(direct)).isEqualTo(10);
        assertThat(send(direct)).isZero();
        assertThat(send(direct)).isEqualTo(-Errno.EIO);
        assertThat(lengths(Call.SEND)).containsExactly(10L);
    }

    @Test
    void aFileIsAskedWhetherItChangedBeforeItsLastBytesAndOnlyThen() {
        int[] asked = {0};
        FileChunk chunk = new FileChunk();
        chunk.set(source(asked, true), 0, 100);
        kernel.on(Call.SENDFILE, new Answer(60), new Answer(40));
        assertThat(chunk.sendTo(socket, sendfile, 60, false)).isEqualTo(60);
        assertThat(asked[0]).isZero();
        chunk.advance(60);
        assertThat(chunk.sendTo(socket, sendfile, 60, false)).isEqualTo(40);
        assertThat(asked[0]).isEqualTo(1);
    }

    @Test
    void aFileThatChangedOrEndedGivesNoMoreBytes() {
        int[] asked = {0};
        FileChunk chunk = new FileChunk();
        chunk.set(source(asked, false), 0, 100);
        assertThat(chunk.sendTo(socket, sendfile, 100, false)).isEqualTo(IoResult.FILE_CHANGED);
        assertThat(kernel.invocations()).isEmpty();
        chunk.set(source(asked, true), 0, 100);
        kernel.on(Call.SENDFILE, new Answer(0));
        assertThat(chunk.sendTo(socket, sendfile, 100, false)).isEqualTo(IoResult.FILE_CHANGED);
    }

    private FileSource source(int[] asked, boolean unchanged) {
        return new FileSource() {
            @Override
            public OpenFile file() {
                return file;
            }

            @Override
            public boolean unchanged() {
                asked[0]++;
                return unchanged;
            }

            @Override
            public boolean retain() {
                return true;
            }

            @Override
            public void release() {}
        };
    }
}
