package sluice.server.upload;

import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many uploads a server receives at one time, whatever the site. Any thread. */
public final class UploadSlots {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * @param most uploads at one time: each holds a buffer and up to four descriptors
     */
    public UploadSlots(int most) {
        this.most = most;
    }

    /** Takes one, to be given back; false if there is none. */
    boolean take() {
        if (taken.incrementAndGet() <= most) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    /** Uploads under way. */
    public int taken() {
        return taken.get();
    }
}
