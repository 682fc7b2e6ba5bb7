package sluice.linux;

/**
 * The three calls of io_uring(7) and the numbers of its shared memory. Results are counts,
 * descriptors or {@code -errno}. Callers use {@link Uring}.
 */
final class UringCalls {
    static final int IORING_SETUP_CQSIZE = 1 << 3;
    static final int IORING_SETUP_R_DISABLED = 1 << 6;
    static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;
    static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;
    static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;
    static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;

    static final int IORING_FEAT_SINGLE_MMAP = 1;
    static final int IORING_FEAT_NODROP = 1 << 1;
    static final int IORING_FEAT_FAST_POLL = 1 << 5;
    static final int IORING_FEAT_EXT_ARG = 1 << 8;

    static final int IORING_OFF_SQ_RING = 0;
    static final int IORING_OFF_SQES = 0x10000000;

    static final int IORING_ENTER_GETEVENTS = 1;
    static final int IORING_ENTER_EXT_ARG = 1 << 3;

    static final int IORING_OP_POLL_ADD = 6;
    static final int IORING_OP_ACCEPT = 13;
    static final int IORING_OP_ASYNC_CANCEL = 14;
    static final int IORING_OP_SEND = 26;
    static final int IORING_OP_RECV = 27;
    static final int IORING_OP_SEND_ZC = 47;

    static final int IOSQE_BUFFER_SELECT = 1 << 5;
    static final int IORING_POLL_ADD_MULTI = 1;
    static final int IORING_ACCEPT_MULTISHOT = 1;
    static final int IORING_RECV_MULTISHOT = 1 << 1;
    static final int IORING_SEND_ZC_REPORT_USAGE = 1 << 3;

    static final int IORING_CQE_F_BUFFER = 1;
    static final int IORING_CQE_F_MORE = 1 << 1;
    static final int IORING_CQE_F_NOTIF = 1 << 3;
    static final int IORING_NOTIF_USAGE_ZC_COPIED = 1 << 31;
    static final int IORING_CQE_BUFFER_SHIFT = 16;
    static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;

    static final int IORING_REGISTER_PROBE = 8;
    static final int IORING_REGISTER_ENABLE_RINGS = 12;
    static final int IORING_REGISTER_PBUF_RING = 22;

    // struct io_uring_params, and the two structs of offsets at its end
    static final int PARAMS_SIZE = 120;
    static final int PARAMS_SQ_ENTRIES = 0;
    static final int PARAMS_CQ_ENTRIES = 4;
    static final int PARAMS_FLAGS = 8;
    static final int PARAMS_FEATURES = 20;
    static final int PARAMS_SQ_OFF = 40;
    static final int PARAMS_CQ_OFF = 80;
    static final int SQ_HEAD = 0;
    static final int SQ_TAIL = 4;
    static final int SQ_FLAGS = 16;
    static final int SQ_ARRAY = 24;
    static final int CQ_HEAD = 0;
    static final int CQ_TAIL = 4;
    static final int CQ_CQES = 20;

    // struct io_uring_sqe
    static final int SQE_SIZE = 64;
    static final int SQE_OPCODE = 0;
    static final int SQE_FLAGS = 1;
    static final int SQE_IOPRIO = 2;
    static final int SQE_FD = 4;
    static final int SQE_ADDR = 16;
    static final int SQE_LEN = 24;
    static final int SQE_OP_FLAGS = 28;
    static final int SQE_USER_DATA = 32;
    static final int SQE_BUF_GROUP = 40;

    // struct io_uring_cqe
    static final int CQE_SIZE = 16;
    static final int CQE_RES = 8;
    static final int CQE_FLAGS = 12;

    // struct io_uring_buf, io_uring_buf_ring, io_uring_buf_reg
    static final int BUF_SIZE = 16;
    static final int BUF_LEN = 8;
    static final int BUF_BID = 12;
    static final int BUF_RING_TAIL = 14;
    static final int BUF_REG_SIZE = 40;
    static final int BUF_REG_ENTRIES = 8;
    static final int BUF_REG_BGID = 12;

    // struct io_uring_probe, and struct io_uring_probe_op behind it, one per operation
    static final int PROBE_SIZE = 16;
    static final int PROBE_OPS_LENGTH = 1;
    static final int PROBE_OP_SIZE = 8;
    static final int PROBE_OP_FLAGS = 2;
    static final int IO_URING_OP_SUPPORTED = 1;

    // struct io_uring_getevents_arg
    static final int GETEVENTS_SIZE = 24;
    static final int GETEVENTS_TS = 16;

    private UringCalls() {}

    /**
     * io_uring_setup(2): a ring with {@code entries} submissions; {@code params} is an address. May
     * wait for the memory of closed rings.
     */
    static int setup(int entries, long params) {
        return FreedLate.RINGS.retry(
                () -> (int) Native.call(SystemCall.IO_URING_SETUP, entries, params));
    }

    /** io_uring_enter(2): entries submitted, or an error if there were none. */
    static int enter(int ring, int submit, int complete, int flags, long argument, long size) {
        return (int) Native.call(
                SystemCall.IO_URING_ENTER, ring, submit, complete, flags, argument, size);
    }

    /** io_uring_register(2). */
    static int register(int ring, int operation, long argument, int count) {
        return (int) Native.call(SystemCall.IO_URING_REGISTER, ring, operation, argument, count);
    }
}
