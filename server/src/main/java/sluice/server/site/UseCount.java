package sluice.server.site;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts who uses something that may be retired: from then on it gains no user, and when it has
 * none it is told so. Any thread.
 *
 * <pre>
 *   in use ---- retire ----> retired ---- the last release, or none to come ----> unused
 * </pre>
 *
 * <p>A use is counted on one of several counters and given back on the same: loops that count on
 * different ones do not take each other's cache line.
 */
final class UseCount {
    /** More loops than that share counters. A power of two. */
    static final int COUNTERS = 32;
    /** Two cache lines, since processors fetch them in pairs. */
    private static final int SPACING = 32;

    private final AtomicIntegerArray uses = new AtomicIntegerArray(COUNTERS * SPACING);
    private final Runnable unused;
    private volatile boolean retired;

    /**
     * @param unused is run when it is retired and has no user, by whoever makes it so; perhaps by
     *     two
     */
    UseCount(Runnable unused) {
        this.unused = unused;
    }

    private static int slot(int counter) {
        return (counter & (COUNTERS - 1)) * SPACING;
    }

    /** One use more; false if it was retired. Whoever retires either sees the use or is seen. */
    boolean retain(int counter) {
        uses.incrementAndGet(slot(counter));
        if (retired) {
            release(counter);
            return false;
        }
        return true;
    }

    /** One use more, on behalf of somebody who has one. */
    void share(int counter) {
        uses.incrementAndGet(slot(counter));
    }

    void release(int counter) {
        uses.decrementAndGet(slot(counter));
        if (retired) {
            tellIfUnused();
        }
    }

    /** Lets nobody use it any more who does not use it now. */
    void retire() {
        retired = true;
        tellIfUnused();
    }

    /**
     * A counter that was seen at zero stays there, but for uses that are given back at once; so all
     * of them need not be read at one moment.
     */
    private void tellIfUnused() {
        for (int i = 0; i < COUNTERS; i++) {
            if (uses.get(slot(i)) != 0) {
                return;
            }
        }
        unused.run();
    }
}
