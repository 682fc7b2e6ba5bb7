package sluice.io;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** Bytes of a block. Reused by its {@link SendQueue}, so that a response allocates nothing. */
public final class MemoryChunk implements Chunk {
    private final Block block;
    private int from;
    private int to;
    private @Nullable TransferMeter meter;

    MemoryChunk(Block block) {
        this.block = block;
    }

    void set(int from, int to) {
        this.from = from;
        this.to = to;
    }

    void extend(int bytes) {
        to += bytes;
    }

    /** Where its tries are to be counted, if anywhere. */
    void countIn(@Nullable TransferMeter counted) {
        meter = counted;
    }

    /** A call follows, or what stands for one. */
    private void tried() {
        if (meter != null) {
            meter.memoryTried();
        }
    }

    /** Copies what fits behind what is in the queue; how many bytes. */
    public int copyTo(SendQueue queue) {
        int length = Math.min(to - from, queue.room());
        MemorySegment.copy(
                block.segment(), from, queue.block().segment(), queue.position(), length);
        queue.wrote(length);
        tried();
        return length;
    }

    boolean endsAt(int position) {
        return to == position;
    }

    /** The first byte's address, for engines that send by themselves. */
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
        return socket.send(block, from, to, more);
    }

    @Override
    public void advance(long sent) {
        from += (int) sent;
    }
}
