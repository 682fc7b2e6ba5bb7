package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/** Part of a message, kept until the rest of it has come. */
class UnparsedInputTest {
    private final Pool<Block> blocks = new Pool<>(1, () -> new Block(Arena.ofAuto()));
    private final UnparsedInput input = new UnparsedInput(blocks);
    private final Block received = new Block(Arena.ofAuto());

    UnparsedInputTest() {
        for (int i = 0; i < Block.SIZE; i++) {
            received.segment().set(ValueLayout.JAVA_BYTE, i, (byte) (i % 251));
        }
    }

    /** The byte of what was received that is kept at a place. */
    private int kept(int at) {
        return Byte.toUnsignedInt(input.block().segment().get(ValueLayout.JAVA_BYTE, at));
    }

    @Test
    void whatIsAddedFollowsWhatIsKept() {
        assertThat(input.add(received, 10, 14)).isTrue();
        assertThat(input.add(received, 100, 103)).isTrue();
        assertThat(input.from()).isZero();
        assertThat(input.to()).isEqualTo(7);
        for (int i = 0; i < 4; i++) {
            assertThat(kept(i)).isEqualTo(10 + i);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(kept(4 + i)).isEqualTo(100 + i);
        }
    }

    @Test
    void theEndOfABlockCanBeAdded() {
        input.add(received, Block.SIZE - 3, Block.SIZE);
        assertThat(input.to()).isEqualTo(3);
        assertThat(kept(2)).isEqualTo((Block.SIZE - 1) % 251);
    }

    /** Of the kept bytes only: what follows them in the block may be its last. */
    @Test
    void theLastByteOfAFullBlockIsMovedToTheFront() {
        input.add(received, 0, Block.SIZE);
        input.usedTo(Block.SIZE - 1);
        assertThat(input.hasRoom()).isTrue();
        assertThat(input.from()).isZero();
        assertThat(input.to()).isOne();
        assertThat(kept(0)).isEqualTo((Block.SIZE - 1) % 251);
    }

    @Test
    void whatWasUsedIsNotThereAnyMoreAndTheBlockIsGivenBackWhenNothingIs() {
        input.add(received, 0, 10);
        input.usedTo(4);
        assertThat(input.from()).isEqualTo(4);
        assertThat(input.isEmpty()).isFalse();
        assertThat(blocks.inUse()).isOne();
        input.usedTo(10);
        assertThat(input.isEmpty()).isTrue();
        assertThat(blocks.inUse()).isZero();
        input.add(received, 20, 21);
        assertThat(input.from()).isZero();
        assertThat(input.to()).isOne();
    }

    @Test
    void nothingIsKeptIfNoBlockIsFree() {
        Block taken = blocks.take();
        assertThat(input.add(received, 0, 10)).isFalse();
        assertThat(input.isEmpty()).isTrue();
        assertThat(taken).isNotNull();
        blocks.give(taken);
        assertThat(input.add(received, 0, 10)).isTrue();
    }

    @Test
    void asManyBytesFitAsABlockHasLeft() {
        assertThat(input.fits(Block.SIZE)).isTrue();
        input.add(received, 0, 10);
        assertThat(input.fits(Block.SIZE - 10)).isTrue();
        assertThat(input.fits(Block.SIZE - 9)).isFalse();
    }

    @Test
    void oneMoreReceiveFitsBehindHalfABlock() {
        assertThat(input.hasRoom()).isTrue();
        input.add(received, 0, Block.RECEIVE_SIZE);
        assertThat(input.hasRoom()).isTrue();
        input.add(received, 0, 1);
        assertThat(input.hasRoom()).isFalse();
    }

    @Test
    void usedBytesMakeRoomIfItIsNeeded() {
        input.add(received, 0, Block.RECEIVE_SIZE);
        input.usedTo(7);
        assertThat(input.hasRoom()).isTrue();
        assertThat(input.from()).as("enough room behind: nothing is moved").isEqualTo(7);
        input.add(received, 0, 5);
        assertThat(input.hasRoom()).isTrue();
        assertThat(input.from()).isZero();
        assertThat(input.to()).isEqualTo(Block.RECEIVE_SIZE - 2);
        assertThat(kept(0)).isEqualTo(7);
        assertThat(kept(input.to() - 5)).isZero();
        assertThat(kept(input.to() - 1)).isEqualTo(4);
    }
}
