package sluice.io.loop;

import sluice.io.Transport;

/**
 * The phase of a transport whose calls end later: the socket is closed, and the connection
 * collected, when nothing is outstanding.
 *
 * <pre>
 *   CONNECTING --> OPEN --close--> CLOSING  --nothing outstanding--> COLLECTED
 *         \           \                                               ^
 *          +-----------+--abort--> ABORTING --nothing outstanding-----+
 * </pre>
 *
 * <p>A connect may be closed, too. Close and abort count once: the first one says how it ends.
 */
public enum TransportPhase {
    /** A connect is under way, or has failed: nothing can be sent or received. */
    CONNECTING,
    /** The connection stands. */
    OPEN,
    /** It ends as soon as nothing is outstanding. */
    CLOSING,
    /** The same with RST. */
    ABORTING,
    /** The socket is closed, and {@link Transport.Owner#collected} has been told. */
    COLLECTED;

    /** Whether nothing may be begun any more, and nothing be told but the end. */
    public boolean isEnding() {
        return compareTo(OPEN) > 0;
    }
}
