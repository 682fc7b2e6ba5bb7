package sluice.io.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Block;
import sluice.io.Counter;
import sluice.io.FileChunk;
import sluice.io.FileSource;
import sluice.io.IoResult;
import sluice.io.Limits;
import sluice.io.LinuxFile;
import sluice.io.LoopResources;
import sluice.io.OpenFile;
import sluice.io.socket.RawSocket;
import sluice.io.testing.TestFile;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.Before;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** What is asked before a send, what is believed, and what is made of the answers. */
class ColdGuardTest {
    private static final int WINDOW = ColdGuard.WINDOW;
    private static final long PAGES = WINDOW / Linux.pageSize();

    @TempDir
    private Path folder;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final Arena arena = Arena.ofConfined();
    private final long[] clock = {1_000_000_000L};
    private final LoopResources resources =
            new LoopResources(() -> clock[0], arena, Limits.defaults(), new AtomicInteger());
    private final RawSocket socket = new RawSocket(1001, kernel);
    private final LinuxFile file = new LinuxFile(1002, kernel);
    private final ColdGuard guard =
            new ColdGuard(new Sendfile(resources.counters()), resources, () -> clock[0]);

    @AfterEach
    void everyStepWasUsed() {
        assertThat(kernel.unused()).isZero();
        arena.close();
    }

    private void pagesAre(long... counts) {
        for (long count : counts) {
            kernel.on(Call.CACHED_PAGES, new Answer(count));
        }
    }

    private void sendfileSendsAll() {
        kernel.always(Call.SENDFILE, new Answer(1));
    }

    private long send(long offset, long length) {
        return guard.send(socket, file, offset, length, false);
    }

    private long sentLength() {
        return kernel.invocations(Call.SENDFILE).getLast().length();
    }

    private int asked() {
        return kernel.invocations(Call.CACHED_PAGES).size();
    }

    @Test
    void pagesThatAreMissingAreColdAndNothingIsRead() {
        pagesAre(PAGES - 1);
        assertThat(send(0, WINDOW)).isEqualTo(IoResult.COLD);
        assertThat(kernel.invocations(Call.BYTE_WITHOUT_WAITING)).isEmpty();
        assertThat(resources.counters().get(Counter.COLD_CHUNKS)).isEqualTo(1);
    }

    @Test
    void pagesThatAreThereButStillBeingReadAreCold() {
        pagesAre(PAGES, PAGES, PAGES);
        kernel.on(Call.BYTE_WITHOUT_WAITING, new Fail(Errno.EAGAIN));
        assertThat(send(0, WINDOW)).isEqualTo(IoResult.COLD);
        kernel.on(Call.BYTE_WITHOUT_WAITING, new Answer(1), new Fail(Errno.EAGAIN));
        assertThat(send(0, WINDOW)).isEqualTo(IoResult.COLD);
        kernel.on(Call.BYTE_WITHOUT_WAITING, new Answer(0));
        assertThat(send(0, WINDOW)).as("0 is what Linux 5.9 says").isEqualTo(IoResult.COLD);
    }

    @Test
    void whatIsWarmIsSentUpToWhatIsCold() {
        pagesAre(PAGES, PAGES, 0);
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        sendfileSendsAll();
        assertThat(send(0, 4L * WINDOW)).isEqualTo(1);
        assertThat(sentLength()).isEqualTo(2L * WINDOW);
    }

    @Test
    void whatIsReadIntoMemoryIsAskedForAsWhatIsSent() {
        Block into = resources.newBlock();
        pagesAre(0);
        assertThat(guard.read(file, 0, into, 0, 100)).isEqualTo(IoResult.COLD);
        assertThat(resources.counters().get(Counter.COLD_CHUNKS)).isEqualTo(1);
        guard.loaded(file, 0, WINDOW);
        kernel.on(Call.PREAD, new Answer(100), new Answer(50));
        assertThat(guard.read(file, 0, into, 0, 100)).isEqualTo(100);
        pagesAre(0);
        assertThat(guard.read(file, WINDOW - 50, into, 0, 100))
                .as("as far as it is")
                .isEqualTo(50);
        assertThat(kernel.invocations(Call.PREAD).getLast().length()).isEqualTo(50);
    }

    @Test
    void whatWasFoundIsBelievedForAWhileAndThenAskedAnew() {
        pagesAre(PAGES);
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        sendfileSendsAll();
        send(0, WINDOW);
        send(0, WINDOW);
        send(WINDOW / 2 + 1, 1_000);
        assertThat(asked()).isEqualTo(1);
        clock[0] += ColdGuard.BELIEVED_NANOS;
        resources.sample();
        pagesAre(0);
        assertThat(send(0, WINDOW)).isEqualTo(IoResult.COLD);
    }

    /** HTTP/2 sends a file frame by frame. */
    @Test
    void whoGoesOnWhereHeWasAsksForTheRestOfTheWindow() throws IOException {
        long page = Linux.pageSize();
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        sendfileSendsAll();
        try (TestFile real = new TestFile(zeros(2 * WINDOW + 10), kernel)) {
            LinuxFile stored = (LinuxFile) real.file();
            pagesAre(1, PAGES - 1, PAGES, 1);
            for (long at = 0; at < 2 * WINDOW; at += page) {
                guard.send(socket, stored, at, page, false);
            }
            assertThat(asked()).as("first, rest, next window").isEqualTo(3);
            guard.send(socket, stored, 2 * WINDOW, 5, false);
            guard.send(socket, stored, 2 * WINDOW + 5, 5, false);
            assertThat(asked()).as("the last window ends with the file").isEqualTo(4);
        }
    }

    @Test
    void ifTheRestOfTheWindowIsColdThePieceIsAskedForAlone() throws IOException {
        long page = Linux.pageSize();
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        sendfileSendsAll();
        try (TestFile real = new TestFile(zeros(WINDOW), kernel)) {
            pagesAre(1, 7, 1);
            guard.send(socket, real.file(), 0, page, false);
            assertThat(guard.send(socket, real.file(), page, page, false)).isEqualTo(1);
            assertThat(asked()).isEqualTo(3);
        }
    }

    private Path zeros(long size) throws IOException {
        Path path = folder.resolve("zeros");
        try (RandomAccessFile made = new RandomAccessFile(path.toFile(), "rw")) {
            made.setLength(size);
        }
        return path;
    }

    @Test
    void partsOfAWindowAreJoined() {
        long page = Linux.pageSize();
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        sendfileSendsAll();
        pagesAre(2, 2);
        send(2 * page, 2 * page);
        send(0, 2 * page);
        send(page, 3 * page);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void anotherFileByTheSameNumberIsAskedAnew() {
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        sendfileSendsAll();
        pagesAre(PAGES, 0);
        send(0, WINDOW);
        LinuxFile other = new LinuxFile(1002, kernel);
        assertThat(guard.send(socket, other, 0, WINDOW, false)).isEqualTo(IoResult.COLD);
    }

    @Test
    void aFileSystemThatCannotTellIsNotAskedAgain() {
        kernel.on(Call.CACHED_PAGES, new Fail(Errno.ENOSYS));
        kernel.on(Call.BYTE_WITHOUT_WAITING, new Fail(Errno.EOPNOTSUPP));
        sendfileSendsAll();
        assertThat(send(0, WINDOW)).isEqualTo(1);
        assertThat(send(5L * WINDOW, WINDOW)).isEqualTo(1);
        assertThat(file.pageCache().canBeAsked()).isFalse();
    }

    @Test
    void whatAWorkerHasReadIsNotAskedAbout() {
        pagesAre(0);
        assertThat(send(1_000, WINDOW)).isEqualTo(IoResult.COLD);
        FileChunk chunk = new FileChunk();
        chunk.set(new Uses(file), 1_000, WINDOW);
        ColdRead read = new ColdRead(chunk, () -> true);
        read.run();
        assertThat(read.to()).isEqualTo(WINDOW);
        guard.loaded(read.file(), read.from(), read.to());
        sendfileSendsAll();
        assertThat(send(1_000, WINDOW - 1_000)).isEqualTo(1);
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void aWorkerReadsAllOfThePartAndLetsGoOfTheFile() {
        Uses source = new Uses(file);
        FileChunk chunk = new FileChunk();
        chunk.set(source, WINDOW + 10, 100_000);
        kernel.on(
                Call.PREAD,
                new Answer(60_000),
                new Fail(Errno.EINTR),
                new Before(() -> assertThat(source.uses).isEqualTo(1), new Answer(40_000)));
        pagesAre(100);
        kernel.on(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        new ColdRead(chunk, () -> false).run();
        assertThat(source.uses).isZero();
        assertThat(file.pageCache().canBeAsked()).isTrue();
    }

    @Test
    void aWorkerThatReadsInVainReadsNothing() {
        Uses source = new Uses(file);
        FileChunk chunk = new FileChunk();
        chunk.set(source, 0, 100);
        new ColdRead(chunk, () -> true).run();
        assertThat(source.uses).isZero();
        assertThat(kernel.invocations()).isEmpty();
    }

    @Test
    void whatStillDeniesPagesThatWereReadIsNotBelievedAnyMore() {
        kernel.on(Call.PREAD, new Answer(1_000));
        pagesAre(0);
        kernel.on(Call.BYTE_WITHOUT_WAITING, new Fail(Errno.EAGAIN));
        file.pageCache().load(0, 1_000);
        assertThat(file.pageCache().canBeAsked()).isFalse();
    }

    @Test
    void aFileThatCannotBeReadIsLeftToItsSender() {
        kernel.on(Call.PREAD, new Fail(Errno.EIO), new Answer(0));
        file.pageCache().load(0, 1_000);
        file.pageCache().load(0, 1_000);
        assertThat(file.pageCache().canBeAsked()).isTrue();
    }

    @Test
    void aSendThatWaitedAfterAllIsCounted() {
        pagesAre(PAGES, PAGES);
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        kernel.on(
                Call.SENDFILE,
                new Answer(1),
                new Before(() -> clock[0] += ColdGuard.STALL_NANOS, new Answer(1)));
        send(0, WINDOW);
        assertThat(resources.counters().get(Counter.COLD_STALLS)).isZero();
        send(WINDOW, WINDOW);
        assertThat(resources.counters().get(Counter.COLD_STALLS)).isEqualTo(1);
    }

    /** A source that counts its uses beyond the first. */
    private static final class Uses implements FileSource {
        private final OpenFile file;
        int uses;

        Uses(OpenFile file) {
            this.file = file;
        }

        @Override
        public OpenFile file() {
            return file;
        }

        @Override
        public boolean unchanged() {
            return true;
        }

        @Override
        public boolean retain() {
            uses++;
            return true;
        }

        @Override
        public void release() {
            uses--;
        }
    }
}
