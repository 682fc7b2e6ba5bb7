package sluice.io.socket;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One of the handles of one listening socket; any thread. */
public final class Share {
    private final AtomicInteger open;
    private final AtomicBoolean given = new AtomicBoolean();

    private Share(AtomicInteger open) {
        this.open = open;
    }

    /** Of a socket that has just been opened. */
    public static Share first() {
        return new Share(new AtomicInteger(1));
    }

    public Share another() {
        open.incrementAndGet();
        return new Share(open);
    }

    public boolean isOnly() {
        return open.get() == 1;
    }

    /** Gives it up; true if it was the last: the socket is to be closed. */
    public boolean giveUp() {
        return given.compareAndSet(false, true) && open.decrementAndGet() == 0;
    }
}
