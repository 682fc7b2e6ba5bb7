package sluice.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Off-heap memory of a fixed size for both kinds of sockets: system calls take its {@link
 * #address()}, java.nio takes its {@link #buffer}. Heap memory would cost one more copy per call,
 * because the JDK copies it to a temporary direct buffer first.
 *
 * <p>A block belongs to the loop whose {@link Pool} keeps it. Only the loop's thread uses it.
 */
public final class Block {
    /**
     * Bytes in a block. Two receives fit: one more receive always fits behind an unfinished head of
     * the largest size. Up to this size copying a small file's body into the response costs less
     * than a second system call (docs/benchmarks.md).
     */
    public static final int SIZE = 32 << 10;

    /** Bytes of one receive: half a block, so that kept bytes and a receive fit into one. */
    public static final int RECEIVE_SIZE = SIZE / 2;

    private final int size;
    private final MemorySegment segment;
    private final ByteBuffer buffer;
    private final long address;

    public Block(Arena arena) {
        this(arena, SIZE);
    }

    /** A block of another size, for special purposes. */
    public Block(Arena arena, int size) {
        this.size = size;
        segment = arena.allocate(size, 64);
        buffer = segment.asByteBuffer();
        address = segment.address();
    }

    /** The size in bytes. */
    public int size() {
        return size;
    }

    /** The memory, for reading and writing by offset. */
    public MemorySegment segment() {
        return segment;
    }

    /** The address of the first byte, for system calls. */
    public long address() {
        return address;
    }

    /** The view for java.nio, limited to {@code from..to}. */
    public ByteBuffer buffer(int from, int to) {
        return buffer.limit(to).position(from);
    }
}
