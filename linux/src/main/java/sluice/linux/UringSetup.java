package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sets up a {@link Uring} by io_uring_setup(2): holds what the kernel reports, and maps the shared
 * memory.
 *
 * @param descriptor of the ring; the caller closes it
 * @param deferred whether the ring uses DEFER_TASKRUN
 * @param params struct io_uring_params, filled in by the kernel
 */
record UringSetup(int descriptor, boolean deferred, MemorySegment params) {
    private static final int[] SETUPS = {
        // 6.1: the kernel delivers results in a batch when asked, and interrupts no thread
        UringCalls.IORING_SETUP_SINGLE_ISSUER
                | UringCalls.IORING_SETUP_DEFER_TASKRUN
                | UringCalls.IORING_SETUP_SUBMIT_ALL,
        // 5.19
        UringCalls.IORING_SETUP_COOP_TASKRUN | UringCalls.IORING_SETUP_SUBMIT_ALL,
        // 5.10
        0
    };
    private static final int FEATURES = UringCalls.IORING_FEAT_SINGLE_MMAP
            | UringCalls.IORING_FEAT_NODROP
            | UringCalls.IORING_FEAT_FAST_POLL
            | UringCalls.IORING_FEAT_EXT_ARG;

    /**
     * Smaller rings are not tried: 16 KiB with their results. Since Linux 6.14 a ring counts as
     * locked memory of its user (RLIMIT_MEMLOCK, often 8 MiB in all), which some loops of 400 KiB
     * each, and rings that the kernel has not freed yet, may exhaust.
     */
    private static final int SUBMISSIONS_MIN = 128;

    /** {@link Uring#open}. Makes smaller rings where this user may lock less memory. */
    static UringSetup open(int submissions, int completions, boolean defer, Arena arena)
            throws IOException {
        MemorySegment params = arena.allocate(UringCalls.PARAMS_SIZE, Long.BYTES);
        int shift = 0;
        long error = -Errno.EINVAL;
        for (int i = defer ? 0 : 1; i < SETUPS.length; ) {
            error = attempt(SETUPS[i], submissions >> shift, completions >> shift, params);
            if (error >= 0) {
                return new UringSetup((int) error, i == 0, params).checked();
            } else if (error == -Errno.ENOMEM && submissions >> shift > SUBMISSIONS_MIN) {
                shift++;
            } else if (error == -Errno.EINVAL) {
                i++;
            } else {
                break;
            }
        }
        throw new IOException("cannot set up io_uring: " + Errno.describe(error)
                + (error == -Errno.ENOMEM ? "; " + Probe.LOCKED_MEMORY : ""));
    }

    private static long attempt(int setup, int submissions, int completions, MemorySegment params) {
        params.fill((byte) 0);
        int flags = UringCalls.IORING_SETUP_R_DISABLED | UringCalls.IORING_SETUP_CQSIZE;
        params.set(JAVA_INT, UringCalls.PARAMS_FLAGS, setup | flags);
        params.set(JAVA_INT, UringCalls.PARAMS_CQ_ENTRIES, completions);
        return UringCalls.setup(submissions, params.address());
    }

    private UringSetup checked() throws IOException {
        if ((get(UringCalls.PARAMS_FEATURES) & FEATURES) != FEATURES) {
            FileCalls.close(descriptor);
            throw new IOException("this kernel's io_uring is too old; Linux 5.11 is needed");
        }
        return this;
    }

    /** A field of the params. */
    int get(long offset) {
        return params.get(JAVA_INT, offset);
    }

    /** Maps both rings; the index array maps each slot to itself, and never changes. */
    MemorySegment mapRings() throws IOException {
        int submissions = get(UringCalls.PARAMS_SQ_ENTRIES);
        long array = get(UringCalls.PARAMS_SQ_OFF + UringCalls.SQ_ARRAY);
        long results = get(UringCalls.PARAMS_CQ_OFF + UringCalls.CQ_CQES);
        long resultsSize = (long) get(UringCalls.PARAMS_CQ_ENTRIES) * UringCalls.CQE_SIZE;
        long size = Math.max(array + (long) submissions * Integer.BYTES, results + resultsSize);
        MemorySegment rings = map(UringCalls.IORING_OFF_SQ_RING, size);
        for (int i = 0; i < submissions; i++) {
            rings.set(JAVA_INT, array + (long) i * Integer.BYTES, i);
        }
        return rings;
    }

    MemorySegment mapEntries() throws IOException {
        long size = (long) get(UringCalls.PARAMS_SQ_ENTRIES) * UringCalls.SQE_SIZE;
        return map(UringCalls.IORING_OFF_SQES, size);
    }

    @SuppressWarnings("restricted") // the kernel mapped this memory, with this size
    private MemorySegment map(long offset, long size) throws IOException {
        int access = CopyCalls.PROT_READ | CopyCalls.PROT_WRITE;
        int kind = CopyCalls.MAP_SHARED | CopyCalls.MAP_POPULATE;
        long address = Native.call(SystemCall.MMAP, 0, size, access, kind, descriptor, offset);
        if (Errno.isError(address)) {
            throw new IOException("cannot map the memory of io_uring: " + Errno.describe(address));
        }
        return MemorySegment.ofAddress(address).reinterpret(size);
    }
}
