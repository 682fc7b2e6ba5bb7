package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Provided buffers of a {@link Uring}: the kernel picks one when bytes arrive, so an idle socket
 * holds none. io_uring_register(2), IORING_REGISTER_PBUF_RING, Linux 5.19. For the ring's thread.
 */
public final class UringBuffers {
    private static final VarHandle SHORT = JAVA_SHORT.varHandle();
    private static final long PAGE = 4096;
    private static final short GROUP = 1;

    private final MemorySegment ring;
    private final int mask;
    private short tail;

    private UringBuffers(MemorySegment ring, int count) {
        this.ring = ring;
        mask = count - 1;
    }

    /**
     * Registers an empty buffer ring with room for {@code count} buffers, a power of two.
     *
     * @return null if this kernel does not support buffer rings
     */
    public static @Nullable UringBuffers register(Uring uring, int count, Arena arena) {
        MemorySegment ring = arena.allocate((long) count * UringCalls.BUF_SIZE, PAGE);
        int result = register(uring.descriptor(), ring, count, arena);
        return result < 0 ? null : new UringBuffers(ring, count);
    }

    /** Whether the kernel supports buffer rings: 0 or {@code -errno}. */
    static int tryRegister(int descriptor, int count, Arena arena) {
        MemorySegment ring = arena.allocate((long) count * UringCalls.BUF_SIZE, PAGE);
        return register(descriptor, ring, count, arena);
    }

    private static int register(int descriptor, MemorySegment ring, int count, Arena arena) {
        MemorySegment what = arena.allocate(UringCalls.BUF_REG_SIZE, Long.BYTES);
        what.set(JAVA_LONG, 0, ring.address());
        what.set(JAVA_INT, UringCalls.BUF_REG_ENTRIES, count);
        what.set(JAVA_SHORT, UringCalls.BUF_REG_BGID, GROUP);
        int operation = UringCalls.IORING_REGISTER_PBUF_RING;
        return UringCalls.register(descriptor, operation, what.address(), 1);
    }

    short group() {
        return GROUP;
    }

    /** Gives a buffer to the kernel, for the first time or again. */
    public void give(int buffer, long address, int length) {
        long at = (long) (tail & mask) * UringCalls.BUF_SIZE;
        ring.set(JAVA_LONG, at, address);
        ring.set(JAVA_INT, at + UringCalls.BUF_LEN, length);
        ring.set(JAVA_SHORT, at + UringCalls.BUF_BID, (short) buffer);
        tail++;
        SHORT.setRelease(ring, (long) UringCalls.BUF_RING_TAIL, tail);
    }
}
