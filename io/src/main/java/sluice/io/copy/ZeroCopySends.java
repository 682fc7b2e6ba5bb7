package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import sluice.io.PendingCopy;
import sluice.io.TransferMeter;
import sluice.io.socket.RawSocket;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The pending zero-copy sends of one socket, whose memory the kernel may still read. The kernel
 * numbers them 0, 1, 2 and so on, with 32 bits.
 */
final class ZeroCopySends implements PendingCopy {
    /** A buffer with its own pages; {@link #send} is the number of the send that uses it. */
    static final class Buffer {
        final long address;
        private int send;

        Buffer(long address) {
            this.address = address;
        }
    }

    private final ZeroCopy owner;
    private final RawSocket socket;
    private final ArrayDeque<Buffer> outstanding = new ArrayDeque<>();
    private @Nullable TransferMeter meter;
    private int next;

    ZeroCopySends(ZeroCopy owner, RawSocket socket) {
        this.owner = owner;
        this.socket = socket;
    }

    /** Sets the next number: for the test of what takes four thousand million sends. */
    void skipTo(int number) {
        next = number;
    }

    /** A send has started; the buffer is free again when the kernel has completed it. */
    void began(Buffer buffer) {
        buffer.send = next++;
        outstanding.add(buffer);
    }

    @Override
    public void countIn(TransferMeter counted) {
        meter = counted;
    }

    /** The kernel copied the bytes of this many sends. */
    void copied(int sends) {
        if (meter != null) {
            meter.kernelCopied(sends);
        }
    }

    @Override
    public boolean reap() {
        return !outstanding.isEmpty() && owner.reap(this, socket.descriptor());
    }

    /** Completes the sends with these numbers. Uses differences, because numbers wrap around. */
    void over(int first, int last) {
        for (Iterator<Buffer> each = outstanding.iterator(); each.hasNext(); ) {
            Buffer buffer = each.next();
            if (buffer.send - first >= 0 && last - buffer.send >= 0) {
                each.remove();
                owner.give(buffer);
            }
        }
    }

    /**
     * Unmaps buffers of pending sends. The kernel keeps their pages until it has sent them, so
     * nothing has to wait; but the memory must not be reused.
     */
    @Override
    public void release() {
        reap();
        outstanding.forEach(owner::discard);
        outstanding.clear();
    }
}
