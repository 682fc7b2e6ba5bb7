package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Operations of POSIX asynchronous I/O (aio(7)) that are under way, and the wait for them. The C
 * library does each in a thread of its own that blocks, one after the other on one descriptor. One
 * thread uses it.
 */
public final class Aio {
    /**
     * Operations at most. aio_suspend(3) takes 40 bytes for each from the stack: 640 KiB, and a
     * thread of Java's has 1 MiB.
     */
    public static final int MOST = 16_384;

    static final int BLOCK_SIZE = 168;
    static final int BLOCK_BUFFER = 16;
    static final int BLOCK_LENGTH = 24;
    static final int BLOCK_NOTIFY = 44;
    static final int BLOCK_OFFSET = 128;
    static final int SIGEV_NONE = 1;

    private final MemorySegment blocks;
    private final MemorySegment list;
    /** Places of blocks: first of those under way, in the list's order, then of the free. */
    private final int[] order;

    private int size;

    /** Room for some operations, {@link #MOST} at most; the arena outlives all of them. */
    public Aio(int room, Arena arena) {
        blocks = arena.allocate((long) room * BLOCK_SIZE, Long.BYTES);
        list = arena.allocate((long) room * Long.BYTES, Long.BYTES);
        order = new int[room];
        Arrays.setAll(order, i -> i);
    }

    /** Begins to read, at most {@code length} bytes: where its block is, or {@code -ENOBUFS}. */
    public int read(int fd, long address, long length) {
        return began(fill(fd, address, length), true);
    }

    /** Begins to write: where its block is, or {@code -ENOBUFS}. */
    public int write(int fd, long address, long length) {
        return began(fill(fd, address, length), false);
    }

    private long fill(int fd, long address, long length) {
        if (size == order.length) {
            return 0;
        }
        long at = (long) order[size] * BLOCK_SIZE;
        blocks.set(JAVA_INT, at, fd);
        blocks.set(JAVA_LONG, at + BLOCK_BUFFER, address);
        blocks.set(JAVA_LONG, at + BLOCK_LENGTH, length);
        blocks.set(JAVA_INT, at + BLOCK_NOTIFY, SIGEV_NONE);
        blocks.set(JAVA_LONG, at + BLOCK_OFFSET, 0);
        return blocks.address() + at;
    }

    /** The EAGAIN of aio_read says that there is no thread to be had: no reason to try again. */
    private int began(long block, boolean reads) {
        if (block == 0 || (reads ? AioCalls.read(block) : AioCalls.write(block)) < 0) {
            return -Errno.ENOBUFS;
        }
        list.setAtIndex(JAVA_LONG, size, block);
        return order[size++];
    }

    /** Operations under way, or ended and not taken. */
    public int size() {
        return size;
    }

    /**
     * Waits until one has ended.
     *
     * @param nanos below 0 for ever
     * @return 0, {@code -EAGAIN} when time is up, or {@code -EINTR}
     */
    public int await(long nanos) {
        return AioCalls.suspend(list.address(), size, nanos);
    }

    /** The block of one of those under way: what {@link #read} or {@link #write} returned. */
    public int block(int index) {
        return order[index];
    }

    /** Whether that one has ended. */
    public boolean hasEnded(int index) {
        return AioCalls.error(list.getAtIndex(JAVA_LONG, index)) != Errno.EINPROGRESS;
    }

    /**
     * The outcome of one that has ended: a count or {@code -errno}. The last of those under way
     * takes its place.
     */
    public long take(int index) {
        long block = list.getAtIndex(JAVA_LONG, index);
        int error = AioCalls.error(block);
        long count = AioCalls.take(block);
        int place = order[index];
        size--;
        order[index] = order[size];
        order[size] = place;
        list.setAtIndex(JAVA_LONG, index, list.getAtIndex(JAVA_LONG, size));
        return error == 0 ? count : -error;
    }
}
