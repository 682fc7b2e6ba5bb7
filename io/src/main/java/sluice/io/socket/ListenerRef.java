package sluice.io.socket;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A counted reference to a listening socket: the last one that is released closes it. Any thread.
 */
public final class ListenerRef {
    private final AtomicInteger open;
    private final AtomicBoolean released = new AtomicBoolean();

    private ListenerRef(AtomicInteger open) {
        this.open = open;
    }

    /** The first reference, of a socket that has just been opened. */
    public static ListenerRef first() {
        return new ListenerRef(new AtomicInteger(1));
    }

    public ListenerRef another() {
        open.incrementAndGet();
        return new ListenerRef(open);
    }

    public boolean isOnly() {
        return open.get() == 1;
    }

    /** Releases it, once; true if it was the last, so that the caller closes the socket. */
    public boolean release() {
        return released.compareAndSet(false, true) && open.decrementAndGet() == 0;
    }
}
