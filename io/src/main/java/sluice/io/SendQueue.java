package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * What a connection sends next: a few chunks, filled by its {@link Protocol} whenever all before
 * them have left. One block of memory and a handful of regions are the whole of it, so a body of
 * any length stays bounded: the protocol is asked again when the queue is empty.
 *
 * <p>A connection borrows a queue from its loop when it has something to send and gives it back
 * when that has left; an idle connection holds none.
 */
public final class SendQueue {
    /** Regions and the memory between them: a multipart answer of any size passes in such steps. */
    static final int CHUNKS_MAX = 16;

    private final Block block;
    private final Chunk[] chunks = new Chunk[CHUNKS_MAX];
    private final MemoryChunk[] memory = new MemoryChunk[CHUNKS_MAX];
    private final FileChunk[] regions = new FileChunk[CHUNKS_MAX];
    private int first;
    private int count;
    /** Chunks from here on grow: the transport may have the one before in its hands. */
    private int lent;

    private int position;

    public SendQueue(Block block) {
        this.block = block;
        for (int i = 0; i < CHUNKS_MAX; i++) {
            memory[i] = new MemoryChunk(block);
            regions[i] = new FileChunk();
        }
    }

    /** Whether nothing waits to be sent. */
    public boolean isEmpty() {
        return first == count;
    }

    /** The memory to write the next bytes to, from {@link #position()} on. */
    public Block block() {
        return block;
    }

    /** Where in {@link #block()} the next bytes go. */
    public int position() {
        return position;
    }

    /** Bytes that can be added now; 0 when the queue takes no more before it has been emptied. */
    public int room() {
        return count == CHUNKS_MAX ? 0 : Block.SIZE - position;
    }

    /** Adds the {@code bytes} that were written at {@link #position()}. */
    public void wrote(int bytes) {
        if (bytes == 0) {
            return;
        }
        if (count > lent
                && chunks[count - 1] instanceof MemoryChunk last
                && last.endsAt(position)) {
            last.extend(bytes);
        } else {
            MemoryChunk chunk = memory[count];
            chunk.set(position, position + bytes);
            chunks[count++] = chunk;
        }
        position += bytes;
    }

    /** Whether a region, with memory before it, can be added now. */
    public boolean takesRegion() {
        return count < CHUNKS_MAX - 1;
    }

    /**
     * Adds a region of a file; the queue releases the source when it has left or never will, one
     * without bytes at once.
     */
    public void add(FileSource source, long offset, long length) {
        if (length == 0) {
            source.release();
            return;
        }
        FileChunk chunk = regions[count];
        chunk.set(source, offset, length);
        chunks[count++] = chunk;
    }

    /** Adds what another queue has left of a region; the use of its source goes along. */
    public void add(FileChunk region) {
        FileChunk chunk = regions[count];
        chunk.set(region);
        chunks[count++] = chunk;
    }

    /** Bytes that wait to be sent. */
    public long remaining() {
        long sum = 0;
        for (int i = first; i < count; i++) {
            sum += chunks[i].remaining();
        }
        return sum;
    }

    /** The chunk to send now. */
    Chunk head() {
        return Objects.requireNonNull(chunks[first], "an empty queue has no head");
    }

    /** The same, for the transport: it grows no more, what is added becomes a chunk behind it. */
    Chunk lend() {
        lent = first + 1;
        return head();
    }

    /** Whether another chunk follows the head. */
    boolean hasMore() {
        return count - first > 1;
    }

    /**
     * Takes note of bytes sent.
     *
     * @return the source of a region that has now left whole, to be checked and released
     */
    @Nullable
    FileSource advance(long sent) {
        Chunk chunk = head();
        chunk.advance(sent);
        if (chunk.remaining() > 0) {
            return null;
        }
        first++;
        lent = first;
        FileSource done = null;
        if (chunk instanceof FileChunk region) {
            done = region.source();
            region.clear();
        }
        if (first == count) {
            reset();
        }
        return done;
    }

    /** Hands on what is left, in order and as far as the other has room. */
    public void moveTo(SendQueue other) {
        while (!isEmpty()) {
            switch (head()) {
                case MemoryChunk memory -> {
                    int copied = memory.copyTo(other);
                    if (copied == 0) {
                        return;
                    }
                    advance(copied);
                }
                case FileChunk region -> {
                    if (!other.takesRegion()) {
                        return;
                    }
                    other.add(region);
                    advance(region.remaining());
                }
            }
        }
    }

    /** Drops what is left. */
    public void clear() {
        for (int i = first; i < count; i++) {
            if (chunks[i] instanceof FileChunk region) {
                region.source().release();
                region.clear();
            }
        }
        reset();
    }

    private void reset() {
        first = 0;
        count = 0;
        lent = 0;
        position = 0;
    }
}
