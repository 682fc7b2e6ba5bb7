package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.PendingCopy;
import sluice.io.TransferMeter;
import sluice.linux.Errno;

/** The zero-copy sends of one connection on a ring. */
final class RingSends implements PendingCopy {
    private final UringSubmissions submissions;
    private final UringOperations operations;
    private @Nullable TransferMeter meter;
    /** The socket supports no zero-copy sends. */
    private boolean refused;
    /** The next bytes must take another path. */
    private boolean fallsBack;

    RingSends(UringSubmissions submissions, UringOperations operations) {
        this.submissions = submissions;
        this.operations = operations;
    }

    @Override
    public void countIn(TransferMeter counted) {
        meter = counted;
    }

    /** The kernel copied the bytes. */
    void copied() {
        if (meter != null) {
            meter.kernelCopied(1);
        }
    }

    /** Whether the next bytes may use this path. */
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

    /** A send has completed; reports it like a send of memory. */
    void ended(int value) {
        refused |= value == -Errno.EOPNOTSUPP;
        // The limit of locked memory of the user or the socket is reached.
        fallsBack = value == -Errno.ENOMEM || value == -Errno.ENOBUFS;
        operations.sent(refused && value < 0 || fallsBack ? -Errno.EINTR : value);
    }

    /** The operation of the buffer has ended. */
    void freed(int slot) {
        submissions.remove(slot);
    }

    @Override
    public boolean reap() {
        return false;
    }

    /** The ring reports pending sends without the socket. */
    @Override
    public void release() {}
}
