package sluice.io.loop;

import sluice.io.Work;

/** Runs work that may block, on other threads than the loops'. Any thread may call. */
@FunctionalInterface
public interface Workers {
    /** Runs the task soon; tasks of one kind start in their order. */
    void execute(Work kind, Runnable task);
}
