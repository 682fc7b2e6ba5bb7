package sluice.io;

import java.util.ArrayDeque;

/**
 * Sends of one loop that have ended: reported from a list and never nested, so that no stack grows
 * with a pipeline. A connection that has sent its {@link Quantum} goes on in the next turn.
 */
final class Completions {
    private final ArrayDeque<Runnable> finished = new ArrayDeque<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();

    void add(Runnable report, boolean quantumUsed) {
        (quantumUsed ? deferred : finished).add(report);
    }

    boolean isEmpty() {
        return finished.isEmpty() && deferred.isEmpty();
    }

    /** Reports until nothing is left but what waits for the next turn. */
    void run() {
        for (Runnable report = deferred.poll(); report != null; report = deferred.poll()) {
            finished.add(report);
        }
        for (Runnable report = finished.poll(); report != null; report = finished.poll()) {
            report.run();
        }
    }
}
