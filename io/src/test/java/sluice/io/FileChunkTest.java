package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.io.IoResult.FILE_CHANGED;

import org.junit.jupiter.api.Test;

import sluice.io.copy.Sendfile;
import sluice.io.socket.RawSocket;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.Call;

import java.lang.foreign.Arena;

/** How often a file is asked for its version before the last of a region may leave. */
class FileChunkTest {
    private static final long THIS_TURN = 1_000;
    private static final long ALL = 10;

    private final CountedSource source = new CountedSource();
    private final FileChunk chunk = new FileChunk();
    private final Block block = new Block(Arena.ofAuto());

    @Test
    void aVersionThatWasAskedForInThisTurnIsNotAskedForAgain() {
        source.unchangedAt = THIS_TURN;
        assertThat(tryInTurn()).isEqualTo(IoResult.FILE_CHANGED);
        assertThat(source.read).isOne();
        assertThat(source.asked).isZero();
    }

    @Test
    void aVersionThatWasAskedForInAnEarlierTurnIsAskedForBeforeTheLastBytes() {
        source.unchangedAt = THIS_TURN - 1;
        tryInTurn();
        assertThat(source.asked).isOne();
    }

    @Test
    void aSecondTryAsksAgain() {
        source.unchangedAt = THIS_TURN;
        tryInTurn();
        send(ALL);
        assertThat(source.asked).isOne();
    }

    @Test
    void aTryThatCannotSendTheLastByteDoesNotAsk() {
        chunk.set(source, 0, ALL);
        send(ALL - 1);
        assertThat(source.asked).isZero();
    }

    @Test
    void whatIsReadIntoMemoryIsAskedForBeforeItsLastBytesToo() {
        CopyPath path = new Sendfile(new Counters());
        chunk.set(source, 0, Block.SIZE + 1);
        chunk.readInto(block, path);
        assertThat(source.asked).isZero();
        chunk.set(source, 0, ALL);
        assertThat(chunk.readInto(block, path)).as("it ends early").isEqualTo(FILE_CHANGED);
        assertThat(source.asked).isOne();
        source.changed = true;
        source.read = 0;
        assertThat(chunk.readInto(block, path)).isEqualTo(FILE_CHANGED);
        assertThat(source.read).isZero();
    }

    @Test
    void ofAFileThatChangedNothingLeaves() {
        source.changed = true;
        tryInTurn();
        assertThat(source.read).isZero();
    }

    private long tryInTurn() {
        chunk.set(source, 0, ALL);
        chunk.triedInTurnOf(THIS_TURN);
        return send(ALL);
    }

    private long send(long most) {
        return chunk.sendTo(source.socket, new Sendfile(new Counters()), most, false);
    }

    /** A file that ends before its region does, so that nothing is ever given to the socket. */
    private static final class CountedSource implements FileSource {
        private final Kernel kernel = new ScriptedKernel(Kernel.LINUX)
                .always(Call.SENDFILE, new Answer(0))
                .always(Call.PREAD, new Answer(0));
        private final Socket socket = new RawSocket(-1, kernel);
        private long unchangedAt;
        private boolean changed;
        private int asked;
        private int read;

        @Override
        public OpenFile file() {
            read++;
            return new LinuxFile(-1, kernel);
        }

        @Override
        public boolean unchanged() {
            asked++;
            return !changed;
        }

        @Override
        public boolean unchangedSince(long time) {
            return unchangedAt >= time;
        }

        @Override
        public boolean retain() {
            return true;
        }

        @Override
        public void release() {}
    }
}
