package sluice.io;

import org.jspecify.annotations.Nullable;

/** An action to run on a loop's thread at a given time; created once, scheduled many times. */
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

    /** Whether it is scheduled. */
    public boolean isScheduled() {
        return scheduled;
    }

    /** The time at which it runs if scheduled: nanoseconds on the loop's clock. */
    public long deadline() {
        return deadline;
    }
}
