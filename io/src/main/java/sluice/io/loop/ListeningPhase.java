package sluice.io.loop;

/**
 * The phases of a {@link Listening} with asynchronous accepts.
 *
 * <pre>
 *   PAUSED <--watch--> WATCHING
 *      \                  /
 *       +----> CLOSED <--+
 * </pre>
 */
public enum ListeningPhase {
    /** The loop gets no notifications, but may still accept. */
    PAUSED,
    /** The loop is notified of connections. */
    WATCHING,
    /** Closed. */
    CLOSED;

    /** The phase after {@link Listening#watch}, which is ignored when closed. */
    public ListeningPhase watch(boolean on) {
        if (this == CLOSED) {
            return CLOSED;
        }
        return on ? WATCHING : PAUSED;
    }
}
