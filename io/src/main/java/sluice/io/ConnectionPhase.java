package sluice.io;

/**
 * How far a {@link Connection} is.
 *
 * <pre>
 *   CONNECTING ---> OPEN ---> ENDING ---> LINGERING ---> CLOSED
 *        |            |          |            |             ^
 *        +------------+----------+------------+-------------+   abort, or an error
 * </pre>
 */
enum ConnectionPhase {
    /** A connect is under way. */
    CONNECTING,
    /** Messages go both ways. */
    OPEN,
    /** What was produced is still sent; no more is taken. */
    ENDING,
    /** FIN is sent; what the peer still sends is dropped until it ends its side. */
    LINGERING,
    /** The transport closes, and {@link Connection#collected} follows. */
    CLOSED;

    /** Whether the protocol is still asked. */
    boolean isOpen() {
        return this == OPEN || this == ENDING;
    }
}
