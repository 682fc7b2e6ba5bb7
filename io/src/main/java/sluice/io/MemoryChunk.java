package sluice.io;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** Bytes of a block. Its {@link SendQueue} reuses it, so that a response allocates nothing. */
public final class MemoryChunk implements Chunk {
    private final Block block;
    private int from;
    private int to;
    private @Nullable TransferMeter meter;
    /** What follows and leaves with it, or null. */
    private @Nullable Joint joint;

    /** An empty chunk of that block. */
    public MemoryChunk(Block block) {
        this.block = block;
    }

    /** Sets the bytes of the block. */
    public void set(int from, int to) {
        this.from = from;
        this.to = to;
    }

    void extend(int bytes) {
        to += bytes;
    }

    /** Sets the meter that counts its tries; null for none. */
    void countIn(@Nullable TransferMeter counted) {
        meter = counted;
    }

    /** Has it leave together with what follows, where this is sent by {@link #sendTo}. */
    void joinedBy(@Nullable Joint all) {
        joint = all;
    }

    /** Counts a try to send, or the copy that replaces one. */
    private void tried() {
        if (meter != null) {
            meter.memoryTried();
        }
    }

    /** Copies as many bytes as fit to the end of a queue; returns how many. */
    public int copyTo(SendQueue queue) {
        int length = Math.min(to - from, queue.room());
        MemorySegment.copy(
                block.segment(), from, queue.block().segment(), queue.position(), length);
        queue.wrote(length);
        tried();
        return length;
    }

    /** The address of the first byte, for engines that send by themselves. */
    public long address() {
        return block.address() + from;
    }

    @Override
    public long remaining() {
        return (long) to - from;
    }

    @Override
    public long sendTo(Socket socket, CopyPath path, long most, boolean more) {
        tried();
        return joint == null ? socket.send(block, from, to, more) : joint.send(socket, path, meter);
    }

    /** Copies the bytes to a place in a block, as far as that has room; returns how many. */
    int copyInto(Block into, int at) {
        int length = Math.min(to - from, into.size() - at);
        MemorySegment.copy(block.segment(), from, into.segment(), at, length);
        return length;
    }

    @Override
    public long readInto(Block into, CopyPath path) {
        tried();
        return copyInto(into, 0);
    }

    @Override
    public void advance(long sent) {
        from += (int) sent;
    }
}
