package sluice.server.site;

import org.jspecify.annotations.Nullable;

/** What a request waits for without a worker. Loop thread only. */
public interface Waiting {
    /**
     * Begins to wait.
     *
     * @param then runs on the loop at the end, unless this was closed before
     */
    void begin(LoopSite site, Runnable then);

    /** What was found; null if the request is to look again. */
    default @Nullable Resolution resolution() {
        return null;
    }

    /** Waits no longer: the client has left, or has its answer. */
    void close();
}
