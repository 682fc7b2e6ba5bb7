package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Pending operations of POSIX asynchronous I/O (aio(7)), and the wait for them. The C library runs
 * each operation in a thread that blocks; operations on the same descriptor run one after another.
 * For use by one thread.
 */
public final class Aio {
    /**
     * Maximum of pending operations. aio_suspend(3) needs 40 bytes of stack for each: 640 KiB, and
     * the stack of a Java thread has 1 MiB.
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
    /**
     * Indexes of control blocks: first the pending ones, in the order of the list, then the free.
     */
    private final int[] order;

    private int size;

    /** Has room for {@link #MOST} operations or fewer; the arena must outlive all of them. */
    public Aio(int room, Arena arena) {
        blocks = arena.allocate((long) room * BLOCK_SIZE, Long.BYTES);
        list = arena.allocate((long) room * Long.BYTES, Long.BYTES);
        order = new int[room];
        Arrays.setAll(order, i -> i);
    }

    /** Starts a read of at most {@code length} bytes: index of its block, or {@code -ENOBUFS}. */
    public int read(int fd, long address, long length) {
        return began(fill(fd, address, length), true);
    }

    /** Starts a write: index of its block, or {@code -ENOBUFS}. */
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

    /** EAGAIN of aio_read means that no thread could be created, so a retry would not help. */
    private int began(long block, boolean reads) {
        if (block == 0 || (reads ? AioCalls.read(block) : AioCalls.write(block)) < 0) {
            return -Errno.ENOBUFS;
        }
        list.setAtIndex(JAVA_LONG, size, block);
        return order[size++];
    }

    /** Operations that are pending, or completed and not yet taken. */
    public int size() {
        return size;
    }

    /**
     * Waits until an operation completes.
     *
     * @param nanos time limit; negative waits for ever
     * @return 0, {@code -EAGAIN} on timeout, or {@code -EINTR}
     */
    public int await(long nanos) {
        return AioCalls.suspend(list.address(), size, nanos);
    }

    /** The block of an operation, as {@link #read} or {@link #write} returned it. */
    public int block(int index) {
        return order[index];
    }

    /** Whether that operation has completed. */
    public boolean hasEnded(int index) {
        return AioCalls.error(list.getAtIndex(JAVA_LONG, index)) != Errno.EINPROGRESS;
    }

    /**
     * The result of a completed operation: a count or {@code -errno}. The last operation of the
     * list moves to its position.
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
