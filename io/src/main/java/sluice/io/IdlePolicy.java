package sluice.io;

import java.util.Locale;

/**
 * What {@link Model#NONBLOCKING} does after a round in which no socket was ready. Other models wait
 * in the kernel instead.
 *
 * <p>The default is {@link #PARK}: it costs an idle server a few per cent of a processor, and
 * delays the first request after an idle time by at most two milliseconds. The other two keep a
 * whole processor busy for every loop and so starve other programs on it, first of all clients on
 * the same machine; they exist to be measured.
 */
public enum IdlePolicy {
    /** Tries again at once. */
    SPIN,
    /** Lets other threads run first: sched_yield(2). */
    YIELD,
    /** Sleeps, longer the longer no socket is ready. */
    PARK;

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
