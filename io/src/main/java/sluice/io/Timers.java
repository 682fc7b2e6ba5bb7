package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/**
 * A hashed timing wheel (Varghese and Lauck, 1987): scheduling and cancelling cost the same with
 * one timer as with ten thousand, and allocate nothing. Timers run up to one tick late, never
 * early. Loop thread only; the caller passes the time as {@code now}.
 */
public final class Timers {
    /** 2^25 ns = 34 ms: far finer than any time limit of a file server, and still few wake-ups. */
    private static final int TICK_SHIFT = 25;
    /** The wheel turns in 17 s; later deadlines stay in their slot for several turns. */
    private static final int SLOTS = 512;
    /** The result of {@link #next} if no timer is scheduled. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final ArrayDeque<Timer> due = new ArrayDeque<>();
    private final @Nullable Timer[] slots = new Timer[SLOTS];
    private long tick;
    private int size;

    private static final long NANOS_PER_MILLI = 1_000_000;

    Timers(long now) {
        tick = now >> TICK_SHIFT;
    }

    /** Schedules or reschedules a timer. */
    public void schedule(Timer timer, long deadline) {
        cancel(timer);
        // A deadline in the past goes to the slot that is checked next.
        long at = Math.max((deadline >> TICK_SHIFT) + 1, tick + 1);
        int slot = (int) at & (SLOTS - 1);
        timer.deadline = deadline;
        timer.scheduled = true;
        timer.slot = slot;
        timer.previous = null;
        timer.next = slots[slot];
        if (timer.next != null) {
            timer.next.previous = timer;
        }
        slots[slot] = timer;
        size++;
    }

    /** Cancels a timer; does nothing if it is not scheduled. */
    public void cancel(Timer timer) {
        timer.due = false;
        if (!timer.scheduled) {
            return;
        }
        if (timer.previous != null) {
            timer.previous.next = timer.next;
        } else {
            slots[timer.slot] = timer.next;
        }
        if (timer.next != null) {
            timer.next.previous = timer.previous;
        }
        timer.scheduled = false;
        timer.previous = null;
        timer.next = null;
        size--;
    }

    /** When to call {@link #expire} next: not later than the nearest deadline plus one tick. */
    public long next() {
        if (size == 0) {
            return NEVER;
        }
        for (int i = 1; i < SLOTS; i++) {
            if (slots[(int) (tick + i) & (SLOTS - 1)] != null) {
                return (tick + i) << TICK_SHIFT;
            }
        }
        return (tick + SLOTS) << TICK_SHIFT;
    }

    /**
     * Runs all due timers; returns how many. Removes all of them before the first one runs, so
     * actions may schedule and cancel timers: a timer scheduled by an action runs at the next call
     * at the earliest.
     */
    public int expire(long now) {
        long until = now >> TICK_SHIFT;
        for (long at = tick + 1; at <= Math.min(until, tick + SLOTS); at++) {
            takeDue((int) at & (SLOTS - 1), now);
        }
        tick = Math.max(tick, until);
        int ran = 0;
        for (Timer timer = due.poll(); timer != null; timer = due.poll()) {
            if (timer.due) {
                timer.due = false;
                ran++;
                run(timer);
            }
        }
        return ran;
    }

    private void takeDue(int slot, long now) {
        Timer timer = slots[slot];
        while (timer != null) {
            Timer next = timer.next;
            if (timer.deadline <= now) {
                cancel(timer);
                timer.due = true;
                due.add(timer);
            }
            timer = next;
        }
    }

    private static void run(Timer timer) {
        try {
            timer.action.run();
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "a timer's action failed", mistake);
        }
    }

    /**
     * The wait in milliseconds for system calls, -1 for ever. Rounds up: waking before a timer is
     * due would be useless.
     */
    public static int millis(long nanos) {
        if (nanos == NEVER) {
            return -1;
        }
        return (int) Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    /** The number of scheduled timers. */
    public int size() {
        return size;
    }
}
