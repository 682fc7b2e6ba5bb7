package sluice.server.site;

import org.jspecify.annotations.Nullable;

/**
 * A question that a connection asks a worker. The connection, or its whole loop, may end before the
 * worker does; then whichever of them comes last releases the result.
 */
public final class Inquiry {
    private @Nullable Resolution result;
    private volatile boolean abandoned;

    /** Whether somebody still waits for the result: a worker need not begin, or go on, if not. */
    public boolean isWanted() {
        return !abandoned;
    }

    /** Called by the worker with its result. */
    public synchronized void found(Resolution found) {
        if (abandoned) {
            found.release();
        } else {
            result = found;
        }
    }

    /** The result, which the caller releases from now on. */
    public synchronized Resolution take() {
        Resolution taken = result;
        result = null;
        return taken == null ? Resolution.FAILED : taken;
    }

    /** Called if nobody will take the result. */
    public synchronized void abandon() {
        abandoned = true;
        take().release();
    }
}
