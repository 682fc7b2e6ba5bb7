package sluice.io.loop;

import sluice.io.Transport;

/**
 * Whether a connection wants bytes of its peer, as its transport knows. Each transport defines
 * itself what it does after the peer's FIN.
 *
 * <pre>
 *   any --receive(true)---> RECEIVING
 *   any --receive(false)--> PAUSED
 *   any --awaitReadable---> AWAITING_READABLE --readable called--> PAUSED
 * </pre>
 */
public enum InputMode {
    /** No bytes: they stay in the socket, and TCP slows the peer. */
    PAUSED,
    /** Bytes as they arrive. */
    RECEIVING,
    /** One call when bytes are in the socket, without receiving them. */
    AWAITING_READABLE;

    /** The mode after {@link Transport#receive}. */
    public static InputMode after(boolean receive) {
        return receive ? RECEIVING : PAUSED;
    }
}
