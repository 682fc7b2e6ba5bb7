package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.linux.Uring;

import java.util.Objects;

/** A buffer of {@link RingZeroCopy}, and the owner of the one operation that sends it. */
final class RingBuffer implements UringEngine.Owner {
    private final RingZeroCopy path;
    private final long address;
    private @Nullable RingSends sends;
    private int slot;
    private boolean sent;

    RingBuffer(RingZeroCopy path, long address) {
        this.path = path;
        this.address = address;
    }

    long address() {
        return address;
    }

    /** Its send is about to begin, under this number, and that connection is told how it went. */
    void lend(RingSends to, int number) {
        sends = to;
        slot = number;
        sent = false;
    }

    /**
     * First what was sent, and then, unless there was only an error, that the buffer is free. A
     * send that took nothing is followed by a notice as well, which tells of a copy then.
     */
    @Override
    public void completed(int kind, int value, int flags) {
        RingSends told = Objects.requireNonNull(sends, "lent");
        boolean notice = Uring.isNotice(flags);
        if (!notice && value > 0) {
            sent = true;
            path.sent();
        } else if (notice && sent && Uring.copied(value)) {
            path.copied();
            told.copied();
        }
        if (Uring.isLast(flags)) {
            sends = null;
            told.freed(slot);
            path.over(this);
        }
        if (!notice) {
            told.ended(value);
        }
    }
}
