package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/**
 * A hashed timing wheel: scheduling and cancelling cost the same with one timer and with ten
 * thousand, and allocate nothing (Varghese and Lauck, 1987). Timers run up to one tick late, never
 * early. Loop thread only; the clock is whatever the caller passes as {@code now}.
 */
public final class Timers {
    /** 2^25 ns = 34 ms: far finer than any time limit of a file server, and still few wake-ups. */
    private static final int TICK_SHIFT = 25;
    /** One turn of the wheel is 17 s; later deadlines stay in their slot for several turns. */
    private static final int SLOTS = 512;
    /** What {@link #next} returns when nothing is scheduled. */
    public static final long NEVER = Long.MAX_VALUE;

    private final ArrayDeque<Timer> due = new ArrayDeque<>();
    private final @Nullable Timer[] slots = new Timer[SLOTS];
    private long tick;
    private int size;

    Timers(long now) {
        tick = now >> TICK_SHIFT;
    }

    /** Schedules, or re-schedules, a timer. */
    public void schedule(Timer timer, long deadline) {
        cancel(timer);
        // A deadline that has passed goes to the slot that is looked at next.
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

    /** Takes a timer out; nothing happens if it is not in. */
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

    /** Runs what is due. */
    public int expire(long now) {
        int ran = 0;
        long last = Math.min(now >> TICK_SHIFT, tick + SLOTS);
        while (tick < last) {
            tick++;
            ran += expireSlot((int) tick & (SLOTS - 1), now);
        }
        tick = Math.max(tick, now >> TICK_SHIFT);
        return ran;
    }

    /** Takes out all that are due before the first runs: an action may schedule and cancel at will. */
    private int expireSlot(int slot, long now) {
        for (Timer timer = slots[slot]; timer != null; ) {
            Timer next = timer.next;
            if (timer.deadline <= now) {
                cancel(timer);
                timer.due = true;
                due.add(timer);
            }
            timer = next;
        }
        int ran = 0;
        for (Timer timer = due.poll(); timer != null; timer = due.poll()) {
            if (timer.due) {
                timer.due = false;
                timer.action.run();
                ran++;
            }
        }
        return ran;
    }

    /** How many are scheduled. */
    public int size() {
        return size;
    }
}
