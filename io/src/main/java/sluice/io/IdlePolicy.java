package sluice.io;

import java.util.Locale;

/**
 * What {@link Model#NONBLOCKING} does after a round in which no socket had anything for it. Other
 * models wait in the kernel instead.
 *
 * <p>{@link #PARK} is what is taken if nobody asks: it costs an idle server a few per cent of a
 * processor, and the first request after a quiet time two milliseconds at most. The other two keep
 * a whole processor busy for every loop, which starves whoever shares it, the clients of the same
 * machine first of all; they are there to be measured.
 */
public enum IdlePolicy {
    /** Tries again at once. */
    SPIN,
    /** Lets other threads run first: sched_yield(2). */
    YIELD,
    /** Sleeps, the longer the longer it is quiet. */
    PARK;

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
