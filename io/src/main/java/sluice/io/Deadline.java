package sluice.io;

import java.time.Duration;

/** The deadline of a connection, on its loop's clock; moves its timer as rarely as possible. */
final class Deadline implements Runnable {
    private final Connection connection;
    private final Timer timer = new Timer(this);
    private long at = Timers.NEVER;

    Deadline(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void run() {
        if (isReached()) {
            connection.expireIfLate();
        } else {
            watch();
        }
    }

    long at() {
        return at;
    }

    void set(long time) {
        at = time;
    }

    void setIn(Duration time) {
        at = connection.loop().now() + time.toNanos();
    }

    /** The same, of a phase that begins now. */
    void watchIn(Duration time) {
        setIn(time);
        watch();
    }

    boolean isReached() {
        return connection.loop().now() >= at;
    }

    /** Moves the timer only if it would fire too late: moving it on every request costs more. */
    void watch() {
        if (at != Timers.NEVER && (!timer.isScheduled() || at < timer.deadline())) {
            connection.loop().resources().timers().schedule(timer, at);
        }
    }

    void cancel() {
        connection.loop().resources().timers().cancel(timer);
    }
}
