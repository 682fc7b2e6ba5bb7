package sluice.io;

import org.jspecify.annotations.Nullable;

/** Something to be run on a loop's thread at a time; made once and scheduled as often as needed. */
public final class Timer {
    final Runnable action;
    long deadline;
    boolean scheduled;
    boolean due;
    int slot;

    @Nullable
    Timer previous;

    @Nullable
    Timer next;

    public Timer(Runnable action) {
        this.action = action;
    }

    /** Whether it waits in a wheel now. */
    public boolean isScheduled() {
        return scheduled;
    }

    /** When it runs, if it is scheduled: nanoseconds on the loop's clock. */
    public long deadline() {
        return deadline;
    }
}
