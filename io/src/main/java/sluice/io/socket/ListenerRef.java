package sluice.io.socket;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A counted reference to a listening socket: releasing the last one closes the socket. Any thread.
 */
public final class ListenerRef {
    /** What all references to a socket know. */
    private static final class Shared {
        private final AtomicInteger open = new AtomicInteger(1);
        private volatile boolean elsewhere;
    }

    private final Shared shared;
    private final AtomicBoolean released = new AtomicBoolean();

    private ListenerRef(Shared shared) {
        this.shared = shared;
    }

    /** The first reference to a new socket. */
    public static ListenerRef first() {
        return new ListenerRef(new Shared());
    }

    public ListenerRef another() {
        shared.open.incrementAndGet();
        return new ListenerRef(shared);
    }

    public boolean isOnly() {
        return shared.open.get() == 1;
    }

    /** Another process has the socket, too, and goes on listening when this one has ended. */
    void isNowElsewhere() {
        shared.elsewhere = true;
    }

    boolean isElsewhere() {
        return shared.elsewhere;
    }

    /** Releases this reference once; true if it was the last: then the caller closes the socket. */
    public boolean release() {
        return released.compareAndSet(false, true) && shared.open.decrementAndGet() == 0;
    }
}
