package sluice.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A fixed piece of off-heap memory that both kinds of sockets can use: system calls take its {@link
 * #address()}, java.nio takes its {@link #buffer()}. Heap memory would cost one more copy per call,
 * because the JDK copies it to a temporary direct buffer first.
 *
 * <p>A block belongs to the loop whose {@link Pool} keeps it and is used on that thread only.
 */
public final class Block {
    /**
     * Bytes in a block. Two receives fit, so that an unfinished head of the largest size allowed
     * can always be joined by one more receive; and it is where copying a small file's body into
     * the response still costs less than a second system call (docs/benchmarks.md).
     */
    public static final int SIZE = 32 << 10;

    /** Bytes of one receive: half a block, so that kept bytes and a receive fit in one. */
    public static final int RECEIVE_SIZE = SIZE / 2;

    private final int size;
    private final MemorySegment segment;
    private final ByteBuffer buffer;
    private final long address;

    public Block(Arena arena) {
        this(arena, SIZE);
    }

    /** One of another size, for a purpose of its own. */
    public Block(Arena arena, int size) {
        this.size = size;
        segment = arena.allocate(size, 64);
        buffer = segment.asByteBuffer();
        address = segment.address();
    }

    /** Bytes it has. */
    public int size() {
        return size;
    }

    /** The memory, for reading and writing by offset. */
    public MemorySegment segment() {
        return segment;
    }

    /** The first byte's address, for system calls. */
    public long address() {
        return address;
    }

    /** The view for java.nio, limited to {@code from..to}. */
    public ByteBuffer buffer(int from, int to) {
        return buffer.limit(to).position(from);
    }
}
