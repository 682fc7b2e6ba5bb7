package sluice.io.loop;

import sluice.io.Transport;

/**
 * The phases of a transport with asynchronous operations: it closes the socket and reports the
 * connection as collected when no operation is pending.
 *
 * <pre>
 *   CONNECTING --> OPEN --close--> CLOSING  --nothing pending--> COLLECTED
 *         \           \                                           ^
 *          +-----------+--abort--> ABORTING --nothing pending-----+
 * </pre>
 *
 * <p>A connect may be closed, too. The first close or abort counts; later ones are ignored.
 */
public enum TransportPhase {
    /** A connect is in progress, or has failed: no sends or receives. */
    CONNECTING,
    /** The connection is open. */
    OPEN,
    /** Closes as soon as no operation is pending. */
    CLOSING,
    /** Like CLOSING, but with RST. */
    ABORTING,
    /** The socket is closed, and {@link Transport.Owner#collected} was called. */
    COLLECTED;

    /** Whether no operation may start, and only the end is still reported. */
    public boolean isEnding() {
        return compareTo(OPEN) > 0;
    }
}
