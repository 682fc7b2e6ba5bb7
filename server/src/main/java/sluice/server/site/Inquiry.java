package sluice.server.site;

import org.jspecify.annotations.Nullable;

/**
 * What a connection has a worker find out. The connection, or its whole loop, may end before the
 * worker does: what is found then is let go of here, whoever comes last.
 */
public final class Inquiry {
    private @Nullable Resolution result;
    private boolean abandoned;

    /** The worker is done. */
    public synchronized void found(Resolution found) {
        if (abandoned) {
            found.release();
        } else {
            result = found;
        }
    }

    /** The result, which is the caller's to release from now on. */
    public synchronized Resolution take() {
        Resolution taken = result;
        result = null;
        return taken == null ? Resolution.FAILED : taken;
    }

    /** Nobody will ask for the result. */
    public synchronized void abandon() {
        abandoned = true;
        take().release();
    }
}
