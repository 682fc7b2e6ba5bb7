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

    /** Its send starts next, with this number; the connection gets the result. */
    void lend(RingSends to, int number) {
        sends = to;
        slot = number;
        sent = false;
    }

    /**
     * Handles the result of the send, and then the notice that the buffer is free, unless there was
     * only an error. A send of no bytes gets a notice, too, which reports a copy.
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
