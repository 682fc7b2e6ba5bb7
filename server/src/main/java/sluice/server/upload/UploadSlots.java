package sluice.server.upload;

import java.util.concurrent.atomic.AtomicInteger;

/** Limits the uploads that a server receives at one time on all sites. Any thread may call. */
public final class UploadSlots {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * @param most uploads at one time; each holds a buffer and up to four descriptors
     */
    public UploadSlots(int most) {
        this.most = most;
    }

    /** Takes a slot, which the caller gives back; false if all are taken. */
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

    /** Number of active uploads. */
    public int taken() {
        return taken.get();
    }
}
