package sluice.io.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a loop shows of its life: a number that is odd while it is in a turn, even while it waits,
 * and never twice the same. One writer; any reader.
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

    /** It waits from now on. */
    public void waiting() {
        BEAT.setOpaque(this, beat + 2 - (beat & 1));
    }

    /** It works from now on. */
    public void turning() {
        BEAT.setOpaque(this, beat + 1 + (beat & 1));
    }

    public long beat() {
        return (long) BEAT.getOpaque(this);
    }

    /** Whether its turn lasts too long, by the judgement of the {@code Watchdog}. Any thread. */
    public boolean isStuck() {
        return stuck;
    }

    public void judge(boolean isStuck) {
        stuck = isStuck;
    }

    /** Whether this beat is one of a turn. */
    public static boolean isTurn(long beat) {
        return (beat & 1) == 1;
    }
}
