package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Features of this kernel's io_uring(7), queried and tried. */
final class UringProbes {
    private UringProbes() {}

    /**
     * Whether the kernel supports {@link Uring#sendZeroCopy} and reports if it copied: 0 or {@code
     * -errno}. Only while no other operation is pending.
     */
    static int sendsZeroCopy(Uring ring, Arena arena) {
        if (!knows(ring, UringCalls.IORING_OP_SEND_ZC, arena)) {
            return -Errno.EOPNOTSUPP;
        }
        // Linux 6.0 and 6.1 lack the report and refuse the flag before they check the socket.
        ring.sendZeroCopy(-1, 0, 0, 0, 0);
        int found = 0;
        boolean over = false;
        while (!over) {
            int result = ring.await(Uring.FOREVER);
            if (result < 0) {
                return result;
            }
            found = Uring.isNotice(ring.flags()) ? found : ring.result();
            over = Uring.isLast(ring.flags());
            ring.advance();
        }
        return found == -Errno.EBADF ? 0 : found;
    }

    /** IORING_REGISTER_PROBE, Linux 5.6. */
    static boolean knows(Uring ring, int operation, Arena arena) {
        int operations = operation + 1;
        long size = UringCalls.PROBE_SIZE + (long) operations * UringCalls.PROBE_OP_SIZE;
        MemorySegment probe = arena.allocate(size, Long.BYTES);
        int register = UringCalls.IORING_REGISTER_PROBE;
        int result = UringCalls.register(ring.descriptor(), register, probe.address(), operations);
        int known = probe.get(JAVA_BYTE, UringCalls.PROBE_OPS_LENGTH) & 0xff;
        long at = UringCalls.PROBE_SIZE + (long) operation * UringCalls.PROBE_OP_SIZE;
        short flags = probe.get(JAVA_SHORT, at + UringCalls.PROBE_OP_FLAGS);
        return result >= 0 && operation < known && (flags & UringCalls.IO_URING_OP_SUPPORTED) != 0;
    }
}
