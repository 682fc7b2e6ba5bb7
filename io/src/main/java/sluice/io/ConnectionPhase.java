package sluice.io;

/**
 * The phases of a {@link Connection}.
 *
 * <pre>
 *   CONNECTING -----> OPEN ---> ENDING ---> LINGERING ---> CLOSED
 *        |            ^ |          |            |             ^
 *   SHAKING_HANDS ----+ |          |            |             |
 *        |              |          |            |             |
 *        +--------------+----------+------------+-------------+   abort, or an error
 * </pre>
 */
enum ConnectionPhase {
    /** A connect is in progress. */
    CONNECTING,
    /** The handshake of a layer with an accepted peer is in progress; no protocol is chosen yet. */
    SHAKING_HANDS,
    /** Both sides exchange messages. */
    OPEN,
    /** Sends the output that was produced; takes no more input. */
    ENDING,
    /** FIN was sent; drops what the peer sends until its FIN. */
    LINGERING,
    /** The transport is closing; {@link Connection#collected} follows. */
    CLOSED;

    /** Whether the connection still calls its protocol. */
    boolean isOpen() {
        return this == OPEN || this == ENDING;
    }
}
