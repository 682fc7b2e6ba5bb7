package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The next output of a connection: a few chunks. Its {@link Protocol} fills it again when all
 * earlier chunks have been sent. A queue has one block of memory and a few regions of files, so a
 * body of any length needs no more.
 *
 * <p>A connection takes a queue from its loop's pool when it has output, and returns it when all of
 * that was sent; an idle connection has none.
 */
public final class SendQueue {
    /**
     * Regions and the memory between them: a multipart response of any size is sent in such steps.
     */
    static final int CHUNKS_MAX = 16;

    private final Block block;
    private final Chunk[] chunks = new Chunk[CHUNKS_MAX];
    private final MemoryChunk[] memory = new MemoryChunk[CHUNKS_MAX];
    private final FileChunk[] regions = new FileChunk[CHUNKS_MAX];
    private int first;
    private int count;
    /** Chunks from this one on may grow: the transport may be sending the one before. */
    private int lent;

    private int position;
    /** Bytes that were added since the queue was empty. */
    private long added;

    private @Nullable Joint joint;
    /** Whose the regions are that are added now. */
    private @Nullable Object owner;

    public SendQueue(Block block) {
        this.block = block;
        for (int i = 0; i < CHUNKS_MAX; i++) {
            memory[i] = new MemoryChunk(block);
            regions[i] = new FileChunk();
        }
    }

    /** Whether there is nothing to send. */
    public boolean isEmpty() {
        return first == count;
    }

    /** The memory for the next bytes, from {@link #position()} on. */
    public Block block() {
        return block;
    }

    /** The offset of the next bytes in {@link #block()}. */
    public int position() {
        return position;
    }

    /** Bytes that can be added now; 0 if the queue must be emptied first. */
    public int room() {
        return count == CHUNKS_MAX ? 0 : Block.SIZE - position;
    }

    /** Bytes that were added since the queue was empty, those that were sent included. */
    public long added() {
        return added;
    }

    /** Adds the {@code bytes} that were written at {@link #position()}. */
    public void wrote(int bytes) {
        if (bytes == 0) {
            return;
        }
        // Memory is written in order: the last chunk of memory ends at the position.
        if (count > lent && chunks[count - 1] instanceof MemoryChunk last) {
            last.extend(bytes);
        } else {
            MemoryChunk chunk = memory[count];
            chunk.set(position, position + bytes);
            chunks[count++] = chunk;
        }
        position += bytes;
        added += bytes;
    }

    /** Whether a region and memory before it can be added now. */
    public boolean takesRegion() {
        return count < CHUNKS_MAX - 1;
    }

    /**
     * Says whose the regions are that are added from now on, for {@link Protocol#torn}: a message
     * among others, which ends only after all its regions were sent and checked. Null for a region
     * whose last byte ends its message.
     */
    public void ownedBy(@Nullable Object message) {
        owner = message;
    }

    /**
     * Adds a region of a file. The queue releases the source when the region was sent or dropped;
     * that of an empty region at once.
     */
    public void add(FileSource source, long offset, long length) {
        if (length == 0) {
            source.release();
            return;
        }
        FileChunk chunk = regions[count];
        chunk.set(source, offset, length);
        chunk.ownedBy(owner);
        chunks[count++] = chunk;
        added += length;
    }

    /** Replaces the rest of the region at the head by zeros, if these are as many. */
    boolean blankHead(Block zeros) {
        long rest = head().remaining();
        if (rest > zeros.size() || !(head() instanceof FileChunk region)) {
            return false;
        }
        region.source().release();
        region.clear();
        MemoryChunk blank = new MemoryChunk(zeros);
        blank.set(0, (int) rest);
        chunks[first] = blank;
        return true;
    }

    /** Adds the unsent rest of another queue's region, and takes over the use of its source. */
    public void add(FileChunk region) {
        FileChunk chunk = regions[count];
        chunk.set(region);
        chunks[count++] = chunk;
        added += region.remaining();
    }

    /** Bytes to send. */
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

    /** Returns the head for the transport: it grows no more, later bytes become a new chunk. */
    Chunk lend() {
        lent = first + 1;
        return head();
    }

    /** Whether another chunk follows the head. */
    boolean hasMore() {
        return count - first > 1;
    }

    /** Chunks that were not sent completely. */
    int count() {
        return count - first;
    }

    /** One of them; the head is at 0. */
    Chunk at(int place) {
        return chunks[first + place];
    }

    /** What joins its chunks for a loop with that buffer. A queue is of one loop only. */
    Joint joint(Block buffer, Cell cell) {
        if (joint == null) {
            joint = new Joint(this, buffer, cell);
        }
        return joint;
    }

    /**
     * Removes sent bytes.
     *
     * @return the source of a region that is now sent completely, to be checked and released
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

    /** Moves unsent output to another queue, in order and as far as that has room. */
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

    /** Drops unsent output. */
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
        added = 0;
        owner = null;
    }
}
