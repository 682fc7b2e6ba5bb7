package sluice.io.loop;

import sluice.linux.Errno;
import sluice.linux.EventFd;
import sluice.linux.FileCalls;

/** A descriptor by which other threads end a wait: an eventfd(2) that is waited for, too. */
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

    /** Ends a wait that goes on or comes next. Any thread. */
    public synchronized void wake() {
        // Under a lock, because after a close the number may be that of somebody's socket.
        if (!closed) {
            EventFd.signal(descriptor);
        }
    }

    /** Forgets what woke. */
    public void drain() {
        EventFd.drain(descriptor);
    }

    public synchronized void close() {
        closed = true;
        FileCalls.close(descriptor);
    }
}
