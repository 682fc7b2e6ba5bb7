package sluice.io.loop;

import sluice.io.Quantum;

import java.util.ArrayDeque;

/**
 * Sends of one loop that have ended: reported from a list and never nested, so that no stack grows
 * with a pipeline. A connection that has sent its {@link Quantum} goes on in the next turn.
 */
public final class Completions {
    private final ArrayDeque<Runnable> finished = new ArrayDeque<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    /** How many of the deferred have waited for a turn. */
    private int due;

    public void add(Runnable report, boolean quantumUsed) {
        (quantumUsed ? deferred : finished).add(report);
    }

    boolean isEmpty() {
        return finished.isEmpty() && deferred.isEmpty();
    }

    /**
     * Ends a turn's dispatch: reports what was deferred in the turn before, then whatever has ended
     * since; how many. Not earlier, because events that have been collected speak of sockets as
     * they were.
     */
    int run() {
        int reported = due;
        for (; due > 0; due--) {
            deferred.remove().run();
        }
        reported += runFinished();
        due = deferred.size();
        return reported;
    }

    /** Reports until nothing is left but what waits for the next turn; how many. */
    public int runFinished() {
        int reported = 0;
        for (Runnable report = finished.poll(); report != null; report = finished.poll()) {
            report.run();
            reported++;
        }
        return reported;
    }
}
