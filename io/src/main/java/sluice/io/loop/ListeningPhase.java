package sluice.io.loop;

/**
 * What a loop wants of a {@link Listening} whose accepts end later.
 *
 * <pre>
 *   PAUSED <--watch--> WATCHING
 *      \                  /
 *       +----> CLOSED <--+
 * </pre>
 */
public enum ListeningPhase {
    /** No connections, except those that it asks for. */
    PAUSED,
    /** To be told of connections. */
    WATCHING,
    /** Nothing any more. */
    CLOSED;

    /** After {@link Listening#watch}, which a closed one ignores. */
    public ListeningPhase watch(boolean on) {
        if (this == CLOSED) {
            return CLOSED;
        }
        return on ? WATCHING : PAUSED;
    }
}
