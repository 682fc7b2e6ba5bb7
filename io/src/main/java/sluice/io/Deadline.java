package sluice.io;

import java.time.Duration;

/** The deadline of a connection, on its loop's clock; moves its timer as rarely as possible. */
final class Deadline {
    private final EventLoop loop;
    private final Timer timer;
    private long at = Timers.NEVER;

    Deadline(EventLoop loop, Runnable reached) {
        this.loop = loop;
        timer = new Timer(reached);
    }

    long at() {
        return at;
    }

    void set(long time) {
        at = time;
    }

    void setIn(Duration time) {
        at = loop.now() + time.toNanos();
    }

    boolean isReached() {
        return loop.now() >= at;
    }

    /** Moves the timer only if it would fire too late: moving it on every request costs more. */
    void watch() {
        if (at != Timers.NEVER && (!timer.isScheduled() || at < timer.deadline())) {
            loop.resources().timers().schedule(timer, at);
        }
    }

    void cancel() {
        loop.resources().timers().cancel(timer);
    }
}
