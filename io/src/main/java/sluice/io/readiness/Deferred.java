package sluice.io.readiness;

import sluice.io.loop.Completions;

/** A task for the next turn, which is on the loop's list at most once. Loop thread only. */
final class Deferred {
    private final Completions completions;
    private final Runnable task;
    private final Runnable run = this::run;
    private boolean due;

    Deferred(Completions completions, Runnable task) {
        this.completions = completions;
        this.task = task;
    }

    void add() {
        if (!due) {
            due = true;
            completions.add(run, true);
        }
    }

    private void run() {
        due = false;
        task.run();
    }
}
