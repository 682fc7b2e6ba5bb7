package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.copy.Sendfile;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;

/** Bytes of a block on their way. */
class MemoryChunkTest {
    private final Block block = new Block(Arena.ofAuto());
    private final TransferMeter meter = new TransferMeter();
    private final MemoryChunk chunk = new MemoryChunk(block);

    MemoryChunkTest() {
        for (int i = 0; i < 100; i++) {
            block.segment().set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        chunk.set(10, 30);
        chunk.countIn(meter);
    }

    private static byte at(Block block, int place) {
        return block.segment().get(ValueLayout.JAVA_BYTE, place);
    }

    @Test
    void itIsWhereItsFirstUnsentByteIs() {
        assertThat(chunk.address()).isEqualTo(block.address() + 10);
        chunk.advance(5);
        assertThat(chunk.address()).isEqualTo(block.address() + 15);
        assertThat(chunk.remaining()).isEqualTo(15);
    }

    @Test
    void asMuchIsCopiedToTheEndOfAQueueAsFits() {
        SendQueue queue = new SendQueue(new Block(Arena.ofAuto()));
        queue.wrote(Block.SIZE - 25);
        assertThat(chunk.copyTo(queue)).isEqualTo(20);
        assertThat(at(queue.block(), Block.SIZE - 25)).isEqualTo((byte) 10);
        assertThat(at(queue.block(), Block.SIZE - 6)).isEqualTo((byte) 29);
        assertThat(queue.remaining()).isEqualTo(Block.SIZE - 5);
        assertThat(chunk.copyTo(queue)).isEqualTo(5);
        assertThat(chunk.copyTo(queue)).isZero();
        assertThat(meter.stats().systemCalls()).as("each stands for a try").isEqualTo(3);
    }

    @Test
    void whatIsLeftIsSentAndCountsAsOneTry() {
        Class<Socket> type = Socket.class;
        Socket socket = type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, _, arguments) -> (long) (int) arguments[2] - (int) arguments[1]));
        chunk.advance(5);
        assertThat(chunk.sendTo(socket, new Sendfile(new Counters()), 1, false)).isEqualTo(15);
        assertThat(meter.stats().systemCalls()).isOne();
    }

    @Test
    void asMuchIsReadIntoABlockAsFits() {
        Block small = new Block(Arena.ofAuto(), 16);
        assertThat(chunk.readInto(small, new Sendfile(new Counters()))).isEqualTo(16);
        assertThat(at(small, 0)).isEqualTo((byte) 10);
        assertThat(at(small, 15)).isEqualTo((byte) 25);
        Block large = new Block(Arena.ofAuto(), 64);
        assertThat(chunk.readInto(large, new Sendfile(new Counters()))).isEqualTo(20);
        assertThat(at(large, 19)).isEqualTo((byte) 29);
        assertThat(at(large, 20)).isZero();
        assertThat(meter.stats().systemCalls()).isEqualTo(2);
    }
}
