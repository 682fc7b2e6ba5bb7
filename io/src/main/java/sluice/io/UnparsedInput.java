package sluice.io;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Received bytes that the protocol could not use yet: part of a message, or pipelined messages.
 * Uses a block of the loop's pool while it holds bytes.
 */
public final class UnparsedInput {
    private final Pool<Block> blocks;
    private @Nullable Block block;
    private int from;
    private int to;

    public UnparsedInput(Pool<Block> blocks) {
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

    /** Whether one more receive fits behind the kept bytes; moves them to the front if needed. */
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

    /** Whether this many bytes fit behind the kept bytes without moving them. */
    public boolean fits(int bytes) {
        return block == null || Block.SIZE - to >= bytes;
    }

    /** Appends bytes; false if no block is free. */
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

    /** The protocol has used the bytes before {@code position}. */
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
