package sluice.server.site;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the uses of an object that can be retired. A retired object gains no use, and when it has
 * none left, a callback runs. Any thread may call.
 *
 * <pre>
 *   in use ---- retire ----> retired ---- the last release, or none to come ----> unused
 * </pre>
 *
 * <p>Each use is counted on one of several counters and given back on the same one. Loops with
 * different counters do not contend for a cache line.
 */
final class UseCount {
    /** Number of counters; more loops than that share them. A power of two. */
    static final int COUNTERS = 32;
    /** Distance of two cache lines, since processors fetch them in pairs. */
    private static final int SPACING = 32;

    private final AtomicIntegerArray uses = new AtomicIntegerArray(COUNTERS * SPACING);
    private final Runnable unused;
    private volatile boolean retired;

    /**
     * @param unused runs when the object is retired and has no use left, on the thread that made
     *     it so; perhaps on two threads
     */
    UseCount(Runnable unused) {
        this.unused = unused;
    }

    private static int slot(int counter) {
        return (counter & (COUNTERS - 1)) * SPACING;
    }

    /** Adds a use; false if retired. Either {@link #retire} sees the use, or this sees retire. */
    boolean retain(int counter) {
        uses.incrementAndGet(slot(counter));
        if (retired) {
            release(counter);
            return false;
        }
        return true;
    }

    /** Adds a use on behalf of a caller that has one. */
    void share(int counter) {
        uses.incrementAndGet(slot(counter));
    }

    void release(int counter) {
        uses.decrementAndGet(slot(counter));
        if (retired) {
            tellIfUnused();
        }
    }

    /** Admits no new uses. */
    void retire() {
        retired = true;
        tellIfUnused();
    }

    /**
     * A counter that was zero after the retirement stays so, except for uses that are given back at
     * once. So this need not read all counters at one moment.
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
