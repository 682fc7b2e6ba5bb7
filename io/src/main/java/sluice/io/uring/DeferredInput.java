package sluice.io.uring;

import sluice.io.Block;
import sluice.io.Pool;
import sluice.io.Transport;
import sluice.io.UnparsedInput;

import java.util.ArrayDeque;

/**
 * Bytes that the kernel received before the connection wanted them. This copies them to blocks of
 * the loop, because all connections share the buffers they arrived in.
 */
final class DeferredInput {
    private final Pool<Block> blocks;
    private final ArrayDeque<UnparsedInput> pieces = new ArrayDeque<>(0);

    DeferredInput(Pool<Block> blocks) {
        this.blocks = blocks;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Appends bytes; false if no block is free. */
    boolean add(Block bytes, int from, int to) {
        UnparsedInput last = pieces.peekLast();
        if (last == null || !last.fits(to - from)) {
            last = new UnparsedInput(blocks);
            pieces.add(last);
        }
        return last.add(bytes, from, to);
    }

    /** Delivers the oldest bytes, at most as many as one receive. */
    void deliverTo(Transport.Owner owner) {
        UnparsedInput first = pieces.getFirst();
        int from = first.from();
        int to = Math.min(first.to(), from + Block.RECEIVE_SIZE);
        owner.received(first.block(), from, to);
        // Otherwise the connection has ended and dropped all bytes.
        if (!first.isEmpty()) {
            first.usedTo(to);
            if (first.isEmpty()) {
                pieces.removeFirst();
            }
        }
    }

    void drop() {
        pieces.forEach(UnparsedInput::drop);
        pieces.clear();
    }
}
