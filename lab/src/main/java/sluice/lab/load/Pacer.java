package sluice.lab.load;

import java.util.concurrent.locks.LockSupport;

/**
 * A thread that calls a loop when its next request is due: the timers of a loop are too coarse for
 * that (34 ms). It sleeps at least {@link #STEP_NANOS}, so at high rates it dispatches a few
 * requests at a time; their wait is part of the latency "as intended".
 */
final class Pacer implements AutoCloseable {
    /** About what a sleep of the kernel is late anyway (timer slack, prctl(2)). */
    private static final long STEP_NANOS = 50_000;
    /**
     * Longest sleep: a new schedule is seen so much later at most. While all connections are busy,
     * an answer dispatches the next request; this thread only looks whether that has changed.
     */
    private static final long LOOK_NANOS = 500_000;

    private final LoadLoop loop;
    private final Thread thread;
    private volatile boolean ended;

    Pacer(LoadLoop loop) {
        this.loop = loop;
        thread = Thread.ofPlatform().name("sluice-load-pacer").daemon().start(this::run);
    }

    private void run() {
        while (!ended) {
            long wait = loop.untilNextDue();
            LockSupport.parkNanos(wait < 0 ? LOOK_NANOS : Math.clamp(wait, STEP_NANOS, LOOK_NANOS));
            if (loop.untilNextDue() == 0 && !loop.dispatchSoon()) {
                return;
            }
        }
    }

    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
