package sluice.io.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The heartbeat of a loop: a number that is odd during a turn, even while the loop waits, and never
 * repeats. One thread writes; any thread reads.
 */
public final class Pulse {
    private static final VarHandle BEAT;

    static {
        try {
            BEAT = MethodHandles.lookup().findVarHandle(Pulse.class, "beat", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long beat = 1;
    private volatile boolean stuck;

    /** The loop waits from now on. */
    public void waiting() {
        BEAT.setOpaque(this, beat + 2 - (beat & 1));
    }

    /** The loop works from now on. */
    public void turning() {
        BEAT.setOpaque(this, beat + 1 + (beat & 1));
    }

    public long beat() {
        return (long) BEAT.getOpaque(this);
    }

    /** Whether the {@code Watchdog} found that its turn takes too long. Any thread. */
    public boolean isStuck() {
        return stuck;
    }

    public void judge(boolean isStuck) {
        stuck = isStuck;
    }

    /** Whether this number belongs to a turn. */
    public static boolean isTurn(long beat) {
        return (beat & 1) == 1;
    }
}
