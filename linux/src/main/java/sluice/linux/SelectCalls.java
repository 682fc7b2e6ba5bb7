package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** select(2) and its sets of descriptors. Any thread may call. */
public final class SelectCalls {
    /** FD_SETSIZE: a set has room for descriptors 0 to 1023. */
    public static final int FD_SETSIZE = 1024;

    /** Size of an fd_set in bytes. */
    public static final int SET_SIZE = FD_SETSIZE / Byte.SIZE;

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private SelectCalls() {}

    /**
     * select(2): how many descriptors below {@code limit} are ready, or {@code -errno}. The kernel
     * overwrites the sets at addresses {@code read} and {@code write} with the ready ones.
     *
     * @param nanos how long to wait, rounded up to whole microseconds; negative waits for ever
     */
    public static int select(int limit, long read, long write, long nanos) {
        var scratch = Scratch.current();
        long timeout = nanos < 0 ? 0 : scratch.at(Scratch.STRUCT);
        long unit = Abi.ARM64 ? 1 : NANOS_PER_MICRO;
        long units = (nanos + unit - 1) / unit;
        scratch.memory.set(JAVA_LONG, Scratch.STRUCT, units / (NANOS_PER_SECOND / unit));
        scratch.memory.set(JAVA_LONG, Scratch.STRUCT + 8, units % (NANOS_PER_SECOND / unit));
        return (int) Native.call(scratch, SystemCall.SELECT, limit, read, write, 0, timeout, 0);
    }

    /** Adds {@code fd} to a set, or removes it. */
    public static void put(MemorySegment set, int fd, boolean in) {
        long at = fd / Long.SIZE * (long) Long.BYTES;
        long bit = 1L << (fd % Long.SIZE);
        long word = set.get(JAVA_LONG, at);
        set.set(JAVA_LONG, at, in ? word | bit : word & ~bit);
    }

    /** The 64 descriptors from {@code 64 * index} on, the lowest one in the lowest bit. */
    public static long word(MemorySegment set, int index) {
        return set.get(JAVA_LONG, (long) index * Long.BYTES);
    }
}
