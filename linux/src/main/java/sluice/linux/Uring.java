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
 * An io_uring(7): operations are written into memory shared with the kernel, which writes their
 * results into more of it; one call begins many and waits for many.
 *
 * <p>An operation carries a {@code name} that comes back with its result. One thread: the one that
 * {@link #enable enables} it. Operations may be written before that, by who hands it over.
 */
public final class Uring {
    /** Waits for ever. */
    public static final long FOREVER = Long.MAX_VALUE;

    public static final int POLLIN = 1;
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
     * A ring that does nothing before it is enabled.
     *
     * @param submissions operations that can be written before a call; a power of two
     * @param completions results that can wait without the kernel setting memory aside
     * @param defer whether to ask for DEFER_TASKRUN, which Linux 6.1 has
     * @throws IOException if the kernel has none, or forbids it
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

    /** Whether results come only when asked for: DEFER_TASKRUN. */
    public boolean isDeferred() {
        return deferred;
    }

    /** Makes it the calling thread's; 0 or {@code -errno}. */
    public int enable() {
        return UringCalls.register(descriptor, UringCalls.IORING_REGISTER_ENABLE_RINGS, 0, 0);
    }

    int descriptor() {
        return descriptor;
    }

    // Operations

    /** accept4(2): descriptors, one by one, until a result is the {@link #isLast last}. */
    public void acceptMany(int fd, int flags, long name) {
        long at = next(UringCalls.IORING_OP_ACCEPT, fd, name);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, flags);
        entries.set(
                JAVA_SHORT, at + UringCalls.SQE_IOPRIO, (short) UringCalls.IORING_ACCEPT_MULTISHOT);
    }

    /** poll(2), once. */
    public void poll(int fd, int events, long name) {
        long at = next(UringCalls.IORING_OP_POLL_ADD, fd, name);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, events);
    }

    /** poll(2): a result whenever something happens, until one is the {@link #isLast last}. */
    public void pollMany(int fd, int events, long name) {
        long at = next(UringCalls.IORING_OP_POLL_ADD, fd, name);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, events);
        entries.set(JAVA_INT, at + UringCalls.SQE_LEN, UringCalls.IORING_POLL_ADD_MULTI);
    }

    /** recv(2) into a buffer of the group's that the kernel chooses when there are bytes. */
    public void receive(int fd, UringBuffers buffers, long name) {
        long at = next(UringCalls.IORING_OP_RECV, fd, name);
        entries.set(JAVA_BYTE, at + UringCalls.SQE_FLAGS, (byte) UringCalls.IOSQE_BUFFER_SELECT);
        entries.set(JAVA_SHORT, at + UringCalls.SQE_BUF_GROUP, buffers.group());
    }

    /** The same again and again, until a result is the {@link #isLast last}. */
    public void receiveMany(int fd, UringBuffers buffers, long name) {
        long at = next(UringCalls.IORING_OP_RECV, fd, name);
        entries.set(JAVA_BYTE, at + UringCalls.SQE_FLAGS, (byte) UringCalls.IOSQE_BUFFER_SELECT);
        entries.set(JAVA_SHORT, at + UringCalls.SQE_BUF_GROUP, buffers.group());
        entries.set(
                JAVA_SHORT, at + UringCalls.SQE_IOPRIO, (short) UringCalls.IORING_RECV_MULTISHOT);
    }

    /** send(2); waits for room if there is none. */
    public void send(int fd, long address, int length, int flags, long name) {
        long at = next(UringCalls.IORING_OP_SEND, fd, name);
        entries.set(JAVA_LONG, at + UringCalls.SQE_ADDR, address);
        entries.set(JAVA_INT, at + UringCalls.SQE_LEN, length);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, flags);
    }

    /**
     * send(2) of memory that the kernel reads until a {@link #isNotice notice} comes, which follows
     * a result that is not the {@link #isLast last}; that may be after the socket was closed. Linux
     * 6.2, see {@link Probe#IO_URING_SEND_ZC}.
     */
    public void sendZeroCopy(int fd, long address, int length, int flags, long name) {
        long at = next(UringCalls.IORING_OP_SEND_ZC, fd, name);
        entries.set(JAVA_LONG, at + UringCalls.SQE_ADDR, address);
        entries.set(JAVA_INT, at + UringCalls.SQE_LEN, length);
        entries.set(JAVA_INT, at + UringCalls.SQE_OP_FLAGS, flags);
        short usage = (short) UringCalls.IORING_SEND_ZC_REPORT_USAGE;
        entries.set(JAVA_SHORT, at + UringCalls.SQE_IOPRIO, usage);
    }

    /** Ends an operation early: it then has the result {@code -ECANCELED}, or another one. */
    public void cancel(long target, long name) {
        long at = next(UringCalls.IORING_OP_ASYNC_CANCEL, -1, name);
        entries.set(JAVA_LONG, at + UringCalls.SQE_ADDR, target);
    }

    private long next(int operation, int fd, long name) {
        if (waiting() > sqMask) {
            enter(0, 0, 0);
            if (waiting() > sqMask) {
                throw new IllegalStateException("io_uring takes no more operations");
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

    /** Operations written and not yet taken by the kernel. */
    private int waiting() {
        return tail - (int) INT.getAcquire(rings, sqHead);
    }

    // Waiting

    /**
     * Begins what was written and waits for a result, {@code nanos} at most.
     *
     * @param nanos 0 not to wait, {@link #FOREVER}
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

    /** How many can be read now, without asking the kernel. */
    public int results() {
        return (int) INT.getAcquire(rings, cqTail) - head;
    }

    /** Whether the kernel keeps results for which there was no room: the next wait brings them. */
    public boolean hasOverflown() {
        return ((int) INT.getAcquire(rings, sqFlags) & UringCalls.IORING_SQ_CQ_OVERFLOW) != 0;
    }

    /** The name of the oldest result. */
    public long name() {
        return rings.get(JAVA_LONG, at());
    }

    /** Its value: what the call would have returned, or {@code -errno}. */
    public int result() {
        return rings.get(JAVA_INT, at() + UringCalls.CQE_RES);
    }

    /** Its flags, for {@link #isLast} and {@link #buffer}. */
    public int flags() {
        return rings.get(JAVA_INT, at() + UringCalls.CQE_FLAGS);
    }

    private long at() {
        return cqes + (long) (head & cqMask) * UringCalls.CQE_SIZE;
    }

    /** Gives the oldest result's place back to the kernel. */
    public void advance() {
        head++;
        INT.setRelease(rings, cqHead, head);
    }

    /** Whether the operation has ended with this result. */
    public static boolean isLast(int flags) {
        return (flags & UringCalls.IORING_CQE_F_MORE) == 0;
    }

    /** Whether it says that memory is not read any more, and nothing of what was sent. */
    public static boolean isNotice(int flags) {
        return (flags & UringCalls.IORING_CQE_F_NOTIF) != 0;
    }

    /** Of a notice's value: whether the kernel has made a copy after all. */
    public static boolean copied(int value) {
        return (value & UringCalls.IORING_NOTIF_USAGE_ZC_COPIED) != 0;
    }

    /** The buffer that was used, to be given back; -1 if none. */
    public static int buffer(int flags) {
        return (flags & UringCalls.IORING_CQE_F_BUFFER) == 0
                ? -1
                : flags >>> UringCalls.IORING_CQE_BUFFER_SHIFT;
    }

    /** Ends what is outstanding, soon, and frees the rings. */
    public void close() {
        CopyCalls.unmap(rings.address(), rings.byteSize());
        CopyCalls.unmap(entries.address(), entries.byteSize());
        FileCalls.close(descriptor);
    }
}
