package sluice.io.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import sluice.io.Block;
import sluice.io.Counter;
import sluice.io.IoResult;
import sluice.io.Limits;
import sluice.io.LinuxFile;
import sluice.io.LoopResources;
import sluice.io.Residency;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.Call;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the guard makes of a file of which some bytes lie elsewhere. */
class ResidencyTest {
    private static final int HERE = 1_000;
    private static final int LENGTH = 3_000;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final Arena arena = Arena.ofConfined();
    private final LoopResources resources =
            new LoopResources(() -> 1, arena, Limits.defaults(), new AtomicInteger());
    private final RawSocket socket = new RawSocket(1001, kernel);
    private final Part part = new Part();
    private final LinuxFile file = new LinuxFile(1002, kernel, part);
    private final ColdGuard guard =
            new ColdGuard(new Sendfile(resources.counters()), resources, () -> 1);

    /** The first bytes are here, and more once they were fetched. */
    private static final class Part implements Residency {
        private long here = HERE;
        private boolean comes = true;
        private int pins;
        private boolean released;
        private final List<Long> fetched = new ArrayList<>();

        @Override
        public long pin(long from, long to) {
            long end = Math.max(from, Math.min(to, here));
            pins += end > from ? 1 : 0;
            return end;
        }

        @Override
        public void unpin(long from, long to) {
            pins--;
        }

        @Override
        public void fetch(long from, long to, Fetched then) {
            fetched.add(from);
            here = comes ? to : here;
            then.ended(comes);
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public boolean isStale() {
            return false;
        }

        @Override
        public long missing(long from, long to) {
            return Math.max(0, to - here);
        }

        @Override
        public void release() {
            released = true;
        }
    }

    @AfterEach
    void close() {
        assertThat(part.pins).as("everything that was pinned is let go").isZero();
        arena.close();
    }

    private long send(long offset) {
        return guard.send(socket, file, offset, LENGTH - offset, false);
    }

    @Test
    void onlyWhatIsHereIsSent() {
        kernel.on(Call.CACHED_PAGES, new Answer(Long.MAX_VALUE));
        kernel.always(Call.BYTE_WITHOUT_WAITING, new Answer(1));
        kernel.on(Call.SENDFILE, new Answer(HERE));
        assertThat(send(0)).isEqualTo(HERE);
        assertThat(kernel.invocations(Call.SENDFILE).getLast().length()).isEqualTo(HERE);
    }

    @Test
    void theKernelIsNotAskedAboutWhatIsElsewhere() {
        assertThat(send(HERE)).isEqualTo(IoResult.COLD);
        assertThat(guard.read(file, HERE, resources.newBlock(), 0, 10)).isEqualTo(IoResult.COLD);
        assertThat(resources.counters().get(Counter.FETCHED_CHUNKS)).isEqualTo(2);
        assertThat(resources.counters().get(Counter.COLD_CHUNKS)).isZero();
    }

    @Test
    void whatIsHereButNotInMemoryIsCold() {
        kernel.on(Call.CACHED_PAGES, new Answer(0));
        assertThat(send(0)).isEqualTo(IoResult.COLD);
        assertThat(resources.counters().get(Counter.COLD_CHUNKS)).isEqualTo(1);
    }

    @Test
    void aReadThatMayWaitHasTheRestFetched() {
        Block into = resources.newBlock();
        kernel.on(Call.PREAD, new Answer(HERE), new Answer(LENGTH - HERE));
        assertThat(file.read(0, into, 0, LENGTH)).isEqualTo(LENGTH);
        assertThat(part.fetched).containsExactly((long) HERE);
    }

    @Test
    void aReadOfWhatDoesNotComeFails() {
        part.comes = false;
        kernel.on(Call.PREAD, new Answer(HERE));
        assertThat(file.read(0, resources.newBlock(), 0, LENGTH)).isEqualTo(-Errno.EIO);
    }

    @Test
    void theDescriptorBelongsToWhoeverTellsWhatIsHere() {
        file.close();
        assertThat(part.released).isTrue();
    }
}
