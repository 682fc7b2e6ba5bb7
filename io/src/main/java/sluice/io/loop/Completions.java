package sluice.io.loop;

import sluice.io.Quantum;

import java.util.ArrayDeque;

/**
 * Completed sends of one loop. It reports them from a list, not from nested calls, so that
 * pipelined requests do not grow the stack. A connection that has used its {@link Quantum}
 * continues in the next turn.
 */
public final class Completions {
    private final ArrayDeque<Runnable> finished = new ArrayDeque<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    /** How many of the deferred sends have waited for a turn. */
    private int due;

    public void add(Runnable report, boolean quantumUsed) {
        (quantumUsed ? deferred : finished).add(report);
    }

    boolean isEmpty() {
        return finished.isEmpty() && deferred.isEmpty();
    }

    /**
     * Reports the sends deferred in the last turn, then those that ended since; returns how many.
     * Called at the end of a turn: earlier, collected events would describe sockets as they were
     * before.
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

    /** Reports until only sends for the next turn are left; returns how many. */
    public int runFinished() {
        int reported = 0;
        for (Runnable report = finished.poll(); report != null; report = finished.poll()) {
            report.run();
            reported++;
        }
        return reported;
    }
}
