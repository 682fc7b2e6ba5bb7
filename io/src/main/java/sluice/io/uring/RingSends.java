package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyState;
import sluice.io.TransferMeter;
import sluice.linux.Errno;

/** The sends of one connection on a ring that the kernel reads buffers of ours for. */
final class RingSends implements CopyState {
    private final UringSubmissions submissions;
    private final UringOperations operations;
    private @Nullable TransferMeter meter;
    /** The socket takes none of them, whatever is sent. */
    private boolean refused;
    /** The next bytes are to go another way. */
    private boolean fallsBack;

    RingSends(UringSubmissions submissions, UringOperations operations) {
        this.submissions = submissions;
        this.operations = operations;
    }

    @Override
    public void countIn(TransferMeter counted) {
        meter = counted;
    }

    /** The kernel has made a copy. */
    void copied() {
        if (meter != null) {
            meter.kernelCopied(1);
        }
    }

    /** Whether the next bytes may go this way. */
    boolean mayBegin() {
        boolean may = !refused && !fallsBack;
        fallsBack = false;
        return may;
    }

    void begin(RingBuffer buffer, int length, boolean more) {
        int slot = submissions.add(buffer);
        buffer.lend(this, slot);
        operations.sendZeroCopy(buffer.address(), length, more, slot);
    }

    /** A send has a result, and is told of like one of memory. */
    void ended(int value) {
        refused |= value == -Errno.EOPNOTSUPP;
        // The user's share of locked memory is used up, or the socket's.
        fallsBack = value == -Errno.ENOMEM || value == -Errno.ENOBUFS;
        operations.sent(refused && value < 0 || fallsBack ? -Errno.EINTR : value);
    }

    /** The buffer's operation is over. */
    void freed(int slot) {
        submissions.remove(slot);
    }

    @Override
    public boolean reap() {
        return false;
    }

    /** What is under way is told of on the ring, and needs no socket. */
    @Override
    public void release() {}
}
