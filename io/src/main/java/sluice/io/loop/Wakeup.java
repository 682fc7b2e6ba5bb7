package sluice.io.loop;

import sluice.linux.Errno;
import sluice.linux.EventFd;
import sluice.linux.FileCalls;

/** An eventfd(2) that the loop waits for, too, so that other threads can wake it. */
public final class Wakeup {
    private final int descriptor;
    private boolean closed;

    public Wakeup() {
        descriptor = EventFd.create();
        if (descriptor < 0) {
            throw new IllegalStateException("eventfd failed: " + Errno.describe(descriptor));
        }
    }

    public int descriptor() {
        return descriptor;
    }

    /** Ends the current or the next wait. Any thread. */
    public synchronized void wake() {
        // Under a lock: after a close the descriptor's number may belong to a socket.
        if (!closed) {
            EventFd.signal(descriptor);
        }
    }

    /** Clears pending wake-ups. */
    public void drain() {
        EventFd.drain(descriptor);
    }

    public synchronized void close() {
        closed = true;
        FileCalls.close(descriptor);
    }
}
