package sluice.io.loop;

import sluice.io.Transport;

/**
 * What a connection wants of its peer's bytes, as its transport knows it. Each transport says for
 * itself what it does when the peer has sent its last byte.
 *
 * <pre>
 *   any --receive(true)---> RECEIVING
 *   any --receive(false)--> PAUSED
 *   any --awaitReadable---> AWAITING_READABLE --readable is told--> PAUSED
 * </pre>
 */
public enum InputMode {
    /** Nothing: bytes stay in the socket, and the peer is slowed. */
    PAUSED,
    /** Bytes, as they come. */
    RECEIVING,
    /** To be told once that there are bytes, without having them received. */
    AWAITING_READABLE;

    /** What is wanted after {@link Transport#receive}. */
    public static InputMode after(boolean receive) {
        return receive ? RECEIVING : PAUSED;
    }
}
