package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * An io_uring(7): the program writes operations into memory shared with the kernel, and the kernel
 * writes their results there. One call submits many operations and waits for many results.
 *
 * <p>An operation carries a {@code name} that its result carries, too. Only the thread that {@link
 * #enable enables} the ring may use it. Before that, another thread may prepare operations.
 */
public final class Uring {
    /** Waits for ever. */
    public static final long FOREVER = Long.MAX_VALUE;

    public static final int POLLIN = 1;
    /** The peer sends no more (poll(2)); a poll reports errors, too. */
    public static final int POLLRDHUP = 0x2000;

    public static final int POLLOUT = 4;

    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final int descriptor;
    private final boolean deferred;
    private final MemorySegment rings;
    private final MemorySegment entries;
    private final long sqHead;
    private final long sqTail;
    private final long sqFlags;
    private final long cqHead;
    private final long cqTail;
    private final long cqes;
    private final int sqMask;
    private final int cqMask;
    /** struct io_uring_getevents_arg, and struct __kernel_timespec behind it. */
    private final MemorySegment argument;

    private int tail;
    private int head;

    private Uring(UringSetup setup, MemorySegment rings, MemorySegment entries, Arena arena) {
        this.rings = rings;
        this.entries = entries;
        descriptor = setup.descriptor();
        deferred = setup.deferred();
        sqMask = setup.get(UringCalls.PARAMS_SQ_ENTRIES) - 1;
        cqMask = setup.get(UringCalls.PARAMS_CQ_ENTRIES) - 1;
        sqHead = setup.get(UringCalls.PARAMS_SQ_OFF + UringCalls.SQ_HEAD);
        sqTail = setup.get(UringCalls.PARAMS_SQ_OFF + UringCalls.SQ_TAIL);
        sqFlags = setup.get(UringCalls.PARAMS_SQ_OFF + UringCalls.SQ_FLAGS);
        cqHead = setup.get(UringCalls.PARAMS_CQ_OFF + UringCalls.CQ_HEAD);
        cqTail = setup.get(UringCalls.PARAMS_CQ_OFF + UringCalls.CQ_TAIL);
        cqes = setup.get(UringCalls.PARAMS_CQ_OFF + UringCalls.CQ_CQES);
        argument = arena.allocate(UringCalls.GETEVENTS_SIZE + 2 * Long.BYTES, Long.BYTES);
    }

    /**
     * Opens a disabled ring.
     *
     * @param submissions size of the submission queue, a power of two; smaller where this user may
     *     lock too little memory
     * @param completions size of the completion queue, which shrinks with it; beyond it the kernel
     *     allocates memory
     * @param defer whether to use DEFER_TASKRUN, which needs Linux 6.1
     * @throws IOException if the kernel does not support io_uring, or forbids it
     */
    public static Uring open(int submissions, int completions, boolean defer, Arena arena)
            throws IOException {
        UringSetup setup = UringSetup.open(submissions, completions, defer, arena);
        try {
            MemorySegment rings = setup.mapRings();
            return new Uring(setup, rings, setup.mapEntries(), arena);
        } catch (IOException e) {
            FileCalls.close(setup.descriptor());
            throw e;
        }
    }

    /** The size of the submission queue. */
    public int submissions() {
        return sqMask + 1;
    }

    /** Whether the ring uses DEFER_TASKRUN: the kernel delivers results only when asked. */
    public boolean isDeferred() {
        return deferred;
    }

    /** Enables the ring for the calling thread; 0 or {@code -errno}. */
    public int enable() {
        return UringCalls.register(descriptor, UringCalls.IORING_REGISTER_ENABLE_RINGS, 0, 0);
    }

    int descriptor() {
        return descriptor;
    }

    // Operations

    /** Multishot accept4(2): one result per connection, until the {@link #isLast last}. */
    public void acceptMany(int fd, int flags, long name) {
        long at = next(UringCalls.IORING_OP_ACCEPT, fd, name);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, flags);
        entries.set(
                JAVA_SHORT, at + UringCalls.SQE_IOPRIO, (short) UringCalls.IORING_ACCEPT_MULTISHOT);
    }

    /** poll(2) with one result. */
    public void poll(int fd, int events, long name) {
        long at = next(UringCalls.IORING_OP_POLL_ADD, fd, name);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, events);
    }

    /** Multishot poll(2): one result per event, until the {@link #isLast last}. */
    public void pollMany(int fd, int events, long name) {
        long at = next(UringCalls.IORING_OP_POLL_ADD, fd, name);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, events);
        entries.set(JAVA_INT, at + UringCalls.SQE_LEN, UringCalls.IORING_POLL_ADD_MULTI);
    }

    /** recv(2) into a buffer of the group that the kernel picks when bytes arrive. */
    public void receive(int fd, UringBuffers buffers, long name) {
        long at = next(UringCalls.IORING_OP_RECV, fd, name);
        entries.set(JAVA_BYTE, at + UringCalls.SQE_FLAGS, (byte) UringCalls.IOSQE_BUFFER_SELECT);
        entries.set(JAVA_SHORT, at + UringCalls.SQE_BUF_GROUP, buffers.group());
    }

    /** Multishot recv(2): like {@code receive}, repeated until the {@link #isLast last} result. */
    public void receiveMany(int fd, UringBuffers buffers, long name) {
        long at = next(UringCalls.IORING_OP_RECV, fd, name);
        entries.set(JAVA_BYTE, at + UringCalls.SQE_FLAGS, (byte) UringCalls.IOSQE_BUFFER_SELECT);
        entries.set(JAVA_SHORT, at + UringCalls.SQE_BUF_GROUP, buffers.group());
        entries.set(
                JAVA_SHORT, at + UringCalls.SQE_IOPRIO, (short) UringCalls.IORING_RECV_MULTISHOT);
    }

    /** send(2); waits if the send buffer is full. */
    public void send(int fd, long address, int length, int flags, long name) {
        long at = next(UringCalls.IORING_OP_SEND, fd, name);
        entries.set(JAVA_LONG, at + UringCalls.SQE_ADDR, address);
        entries.set(JAVA_INT, at + UringCalls.SQE_LEN, length);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, flags);
    }

    /**
     * Zero-copy send(2). If its result is not the {@link #isLast last}, a {@link #isNotice notice}
     * follows, possibly after the socket was closed. The kernel may read the memory until then.
     * Needs Linux 6.2, see {@link Probe#IO_URING_SEND_ZC}.
     */
    public void sendZeroCopy(int fd, long address, int length, int flags, long name) {
        long at = next(UringCalls.IORING_OP_SEND_ZC, fd, name);
        entries.set(JAVA_LONG, at + UringCalls.SQE_ADDR, address);
        entries.set(JAVA_INT, at + UringCalls.SQE_LEN, length);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, flags);
        short usage = (short) UringCalls.IORING_SEND_ZC_REPORT_USAGE;
        entries.set(JAVA_SHORT, at + UringCalls.SQE_IOPRIO, usage);
    }

    /** Cancels an operation: its result is {@code -ECANCELED}, or another if it just completed. */
    public void cancel(long target, long name) {
        long at = next(UringCalls.IORING_OP_ASYNC_CANCEL, -1, name);
        entries.set(JAVA_LONG, at + UringCalls.SQE_ADDR, target);
    }

    private long next(int operation, int fd, long name) {
        if (waiting() > sqMask) {
            enter(0, 0, 0);
            if (waiting() > sqMask) {
                throw new IllegalStateException("the submission queue is full");
            }
        }
        long at = (long) (tail & sqMask) * UringCalls.SQE_SIZE;
        entries.asSlice(at, UringCalls.SQE_SIZE).fill((byte) 0);
        entries.set(JAVA_BYTE, at + UringCalls.SQE_OPCODE, (byte) operation);
        entries.set(JAVA_INT, at + UringCalls.SQE_FD, fd);
        entries.set(JAVA_LONG, at + UringCalls.SQE_USER_DATA, name);
        tail++;
        INT.setRelease(rings, sqTail, tail);
        return at;
    }

    /** Operations written that the kernel has not taken yet. */
    private int waiting() {
        return tail - (int) INT.getAcquire(rings, sqHead);
    }

    // Waiting

    /**
     * Submits the written operations and waits for a result.
     *
     * @param nanos time limit; 0 does not wait, {@link #FOREVER} waits for ever
     * @return how many results there are, or {@code -errno}
     */
    public int await(long nanos) {
        boolean waits = nanos > 0;
        boolean limited = waits && nanos != FOREVER;
        if (limited) {
            long time = UringCalls.GETEVENTS_SIZE;
            argument.set(JAVA_LONG, UringCalls.GETEVENTS_TS, argument.address() + time);
            argument.set(JAVA_LONG, time, nanos / NANOS_PER_SECOND);
            argument.set(JAVA_LONG, time + Long.BYTES, nanos % NANOS_PER_SECOND);
        }
        int flags =
                UringCalls.IORING_ENTER_GETEVENTS | (limited ? UringCalls.IORING_ENTER_EXT_ARG : 0);
        int result = enter(waits ? 1 : 0, flags, limited ? argument.address() : 0);
        boolean harmless = result >= 0
                || result == -Errno.ETIME
                || result == -Errno.EINTR
                || result == -Errno.EBUSY
                || result == -Errno.EAGAIN;
        return harmless ? results() : result;
    }

    private int enter(int complete, int flags, long argument) {
        long size = argument == 0 ? 0 : UringCalls.GETEVENTS_SIZE;
        return UringCalls.enter(descriptor, waiting(), complete, flags, argument, size);
    }

    // Results

    /** How many results can be read without a call. */
    public int results() {
        return (int) INT.getAcquire(rings, cqTail) - head;
    }

    /** Whether results overflowed the completion queue: the next wait delivers them. */
    public boolean hasOverflown() {
        return ((int) INT.getAcquire(rings, sqFlags) & UringCalls.IORING_SQ_CQ_OVERFLOW) != 0;
    }

    /** The name of the oldest result. */
    public long name() {
        return rings.get(JAVA_LONG, at());
    }

    /** The value of the oldest result: what the call would have returned, or {@code -errno}. */
    public int result() {
        return rings.get(JAVA_INT, at() + UringCalls.CQE_RES);
    }

    /** The flags of the oldest result, for {@link #isLast} and {@link #buffer}. */
    public int flags() {
        return rings.get(JAVA_INT, at() + UringCalls.CQE_FLAGS);
    }

    private long at() {
        return cqes + (long) (head & cqMask) * UringCalls.CQE_SIZE;
    }

    /** Removes the oldest result from the completion queue. */
    public void advance() {
        head++;
        INT.setRelease(rings, cqHead, head);
    }

    /** Whether this is the last result of its operation. */
    public static boolean isLast(int flags) {
        return (flags & UringCalls.IORING_CQE_F_MORE) == 0;
    }

    /** Whether the result is a notice: the kernel no longer reads the memory of a send. */
    public static boolean isNotice(int flags) {
        return (flags & UringCalls.IORING_CQE_F_NOTIF) != 0;
    }

    /** Whether the value of a notice says that the kernel copied the bytes after all. */
    public static boolean copied(int value) {
        return (value & UringCalls.IORING_NOTIF_USAGE_ZC_COPIED) != 0;
    }

    /** The buffer that the kernel picked, which must be given back; -1 if none. */
    public static int buffer(int flags) {
        return (flags & UringCalls.IORING_CQE_F_BUFFER) == 0
                ? -1
                : flags >>> UringCalls.IORING_CQE_BUFFER_SHIFT;
    }

    /** Closes the ring, which cancels pending operations soon, and unmaps its memory. */
    public void close() {
        CopyCalls.unmap(rings.address(), rings.byteSize());
        CopyCalls.unmap(entries.address(), entries.byteSize());
        FileCalls.close(descriptor);
    }
}
