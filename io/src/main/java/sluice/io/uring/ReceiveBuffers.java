package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.LoopResources;
import sluice.linux.Uring;
import sluice.linux.UringBuffers;

import java.util.Arrays;

/** The provided buffers, of which the kernel picks one per receive; pieces of blocks. */
public final class ReceiveBuffers {
    /** Enough for a turn; 1 MiB in all limits what a peer can send before a pause takes effect. */
    static final int COUNT = 256;
    /** Room for nearly every request head. */
    static final int SIZE = 4 << 10;

    private static final int PER_BLOCK = Block.SIZE / SIZE;
    /** That hold all of them: what may come for a connection before it is stopped. */
    public static final int BLOCKS = COUNT / PER_BLOCK;

    private final UringBuffers ring;
    private final Block[] blocks;

    private ReceiveBuffers(UringBuffers ring, LoopResources resources, int count) {
        this.ring = ring;
        blocks = new Block[count / PER_BLOCK];
        Arrays.setAll(blocks, _ -> resources.newBlock());
        for (int i = 0; i < count; i++) {
            giveBack(i);
        }
    }

    /** Registers this many buffers; null if the kernel does not support buffer rings. */
    static @Nullable ReceiveBuffers register(Uring ring, int count, LoopResources resources) {
        UringBuffers buffers = UringBuffers.register(ring, count, resources.arena());
        return buffers == null ? null : new ReceiveBuffers(buffers, resources, count);
    }

    UringBuffers ring() {
        return ring;
    }

    Block block(int buffer) {
        return blocks[buffer / PER_BLOCK];
    }

    static int offset(int buffer) {
        return buffer % PER_BLOCK * SIZE;
    }

    /** Gives a buffer back to the kernel. */
    void giveBack(int buffer) {
        ring.give(buffer, block(buffer).address() + offset(buffer), SIZE);
    }
}
