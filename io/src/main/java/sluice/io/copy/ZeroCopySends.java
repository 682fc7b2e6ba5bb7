package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyState;
import sluice.io.TransferMeter;
import sluice.io.socket.RawSocket;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The sends of one socket that the kernel may still read our memory for, by the numbers that it
 * gives them: 0, 1, 2 and so on, 32 bits.
 */
final class ZeroCopySends implements CopyState {
    /** A buffer of pages of its own; {@link #send} is the number of the send it went by. */
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

    /** Numbers go on from here: for the test of what takes four thousand million sends. */
    void skipTo(int number) {
        next = number;
    }

    /** A send has begun; the buffer comes back when the kernel is done with it. */
    void began(Buffer buffer) {
        buffer.send = next++;
        outstanding.add(buffer);
    }

    @Override
    public void countIn(TransferMeter counted) {
        meter = counted;
    }

    /** The kernel has made copies for so many. */
    void copied(int sends) {
        if (meter != null) {
            meter.kernelCopied(sends);
        }
    }

    @Override
    public boolean reap() {
        return !outstanding.isEmpty() && owner.reap(this, socket.descriptor());
    }

    /** The sends of these numbers are over. Differences, because numbers begin again from 0. */
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
     * What the kernel still sends stays as it is when it is unmapped, so that nothing has to be
     * waited for; but nobody else may write into it.
     */
    @Override
    public void release() {
        reap();
        outstanding.forEach(owner::discard);
        outstanding.clear();
    }
}
