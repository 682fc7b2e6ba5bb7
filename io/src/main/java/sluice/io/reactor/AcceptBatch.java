package sluice.io.reactor;

import sluice.io.loop.Acceptor;

/**
 * How many clients a loop accepts in a turn. Only a failing accept4 tells that the listen queue is
 * empty, and it costs as much as one that succeeds. So a loop that found one client the last time
 * accepts one, and leaves it to the next wait to tell of more. One thread.
 */
final class AcceptBatch {
    /** A flood of new clients must leave time for the others. */
    static final int MAX = 64;
    /**
     * Batches that were full before the next one is larger: of a steady stream of clients only
     * every fifth batch ends with a failing call.
     */
    static final int FULL_BEFORE_MORE = 4;

    private int size = 1;
    private int full;
    private int accepted;

    /** Begins a batch; returns how often to try at most. */
    int begin() {
        accepted = 0;
        return size;
    }

    /** The same for a listener that reports its clients only once. */
    int beginLargest() {
        size = MAX;
        return begin();
    }

    void accepted() {
        accepted++;
    }

    /** The batch has ended; {@code next} tells whether the queue is empty. */
    void end(Acceptor.Next next) {
        if (next == Acceptor.Next.WAIT) {
            size = Math.max(1, accepted);
            full = 0;
        } else if (next == Acceptor.Next.MORE && ++full == FULL_BEFORE_MORE) {
            size = Math.min(MAX, 2 * size);
            full = 0;
        }
    }
}
