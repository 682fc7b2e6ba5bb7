package sluice.io.socket;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A counted reference to a listening socket: releasing the last one closes the socket. Any thread.
 */
public final class ListenerRef {
    private final AtomicInteger open;
    private final AtomicBoolean released = new AtomicBoolean();

    private ListenerRef(AtomicInteger open) {
        this.open = open;
    }

    /** The first reference to a new socket. */
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

    /** Releases this reference once; true if it was the last: then the caller closes the socket. */
    public boolean release() {
        return released.compareAndSet(false, true) && open.decrementAndGet() == 0;
    }
}
