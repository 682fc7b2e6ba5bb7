package sluice.io;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Bytes of a connection that arrived and could not be used yet: part of a message, or messages that
 * were sent ahead. Borrows a block while there are any.
 */
public final class KeptBytes {
    private final Pool<Block> blocks;
    private @Nullable Block block;
    private int from;
    private int to;

    public KeptBytes(Pool<Block> blocks) {
        this.blocks = blocks;
    }

    public boolean isEmpty() {
        return block == null;
    }

    public Block block() {
        return Objects.requireNonNull(block, "nothing is kept");
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    /** Whether one more receive fits behind what is kept; moves that to the front if it must. */
    boolean hasRoom() {
        if (block == null) {
            return true;
        }
        if (from > 0 && Block.SIZE - to < Block.RECEIVE_SIZE) {
            MemorySegment.copy(block.segment(), from, block.segment(), 0, to - from);
            to -= from;
            from = 0;
        }
        return Block.SIZE - to >= Block.RECEIVE_SIZE;
    }

    /** Whether so many fit behind what is kept, as it is. */
    public boolean fits(int bytes) {
        return block == null || Block.SIZE - to >= bytes;
    }

    /** Adds bytes behind; false when there is no block to be had. */
    public boolean add(Block bytes, int start, int end) {
        Block into = block;
        if (into == null) {
            into = blocks.take();
            if (into == null) {
                return false;
            }
            block = into;
        }
        MemorySegment.copy(bytes.segment(), start, into.segment(), to, end - start);
        to += end - start;
        return true;
    }

    /** The first of them, up to {@code position}, have been used. */
    public void usedTo(int position) {
        from = position;
        if (from == to) {
            drop();
        }
    }

    public void drop() {
        if (block != null) {
            blocks.give(block);
            block = null;
            from = 0;
            to = 0;
        }
    }
}
