package sluice.io.reactor;

import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.loop.Mailbox;
import sluice.io.loop.Pulse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Checks that loops and workers are alive. If one has ended by itself, or has been in the same turn
 * for {@link #STUCK_NANOS}, the watchdog counts it and logs it once, with its stack, and others
 * take over its work. One that runs again is used again.
 */
public final class Watchdog {
    /** Far longer than a turn takes, far shorter than clients wait before they give up. */
    static final long STUCK_NANOS = 5_000_000_000L;

    private static final long LOOK_NANOS = 1_000_000_000;
    private static final System.Logger LOG = System.getLogger("sluice.io");

    /** A thread that the watchdog watches, and its pulse. */
    public record Watched(Thread thread, Pulse pulse) {}

    private record Seen(long beat, long since) {}

    private final LongSupplier clock;
    private final Supplier<List<Watched>> watched;
    private final Runnable repair;
    private final Counters counters = new Counters();
    private final Map<Thread, Seen> seen = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** {@code repair} runs after each check that finds an ended or stuck thread. */
    Watchdog(LongSupplier clock, Supplier<List<Watched>> watched, Runnable repair) {
        this.clock = clock;
        this.watched = watched;
        this.repair = repair;
        thread = Thread.ofPlatform().name("sluice-watchdog").daemon().unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    private void watch() {
        while (!stopped) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (!stopped) {
                Mailbox.runSafely(this::look);
            }
        }
    }

    /** Checks all threads once. */
    synchronized void look() {
        long now = clock.getAsLong();
        boolean wrong = false;
        for (Watched one : watched.get()) {
            wrong |= one.thread().isAlive() ? isStuck(one, now) : hasDied(one);
        }
        if (wrong) {
            repair.run();
        }
    }

    private boolean hasDied(Watched one) {
        one.pulse().judge(true);
        return true;
    }

    private boolean isStuck(Watched one, long now) {
        long beat = one.pulse().beat();
        Seen before = seen.get(one.thread());
        if (before == null || before.beat() != beat) {
            seen.put(one.thread(), new Seen(beat, now));
            if (one.pulse().isStuck()) {
                one.pulse().judge(false);
                LOG.log(System.Logger.Level.WARNING, one.thread().getName() + " runs again");
            }
            return false;
        }
        boolean stuck = Pulse.isTurn(beat) && now - before.since() >= STUCK_NANOS;
        if (stuck && !one.pulse().isStuck()) {
            one.pulse().judge(true);
            counters.add(Counter.LOOPS_STUCK, 1);
            Throwable where = new Throwable("stack of the stuck thread");
            where.setStackTrace(one.thread().getStackTrace());
            String message = one.thread().getName() + " is stuck; new connections avoid it";
            LOG.log(System.Logger.Level.ERROR, message, where);
        }
        return stuck;
    }

    /** The watched threads. */
    List<Watched> watched() {
        return watched.get();
    }

    long count(Counter counter) {
        return counters.get(counter);
    }

    /** Called before the loops are told to end. */
    void stop() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join();
    }
}
