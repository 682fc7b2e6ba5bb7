package sluice.io;

/**
 * What a connection has received and its protocol has not taken yet, and whether it receives now.
 *
 * <pre>
 *   RECEIVING ---> PAUSED ---> AWAITED      any ---> ENDED
 *       ^            |  ^         |
 *       +------------+  +---------+
 * </pre>
 */
final class Input {
    private enum Phase {
        /** The transport receives. */
        RECEIVING,
        /** Bytes stay in the socket, and TCP slows the peer. */
        PAUSED,
        /** As paused, and the protocol wants to be told, once, when bytes are in the socket. */
        AWAITED,
        /** The peer has sent its last byte. */
        ENDED
    }

    private final Transport transport;
    private final KeptBytes kept;
    private Phase phase = Phase.RECEIVING;

    Input(Transport transport, Pool<Block> blocks) {
        this.transport = transport;
        kept = new KeptBytes(blocks);
    }

    /** Bytes that were received and could not be used yet. */
    KeptBytes kept() {
        return kept;
    }

    boolean isAwaited() {
        return phase == Phase.AWAITED;
    }

    boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    /** The peer has sent its last byte. */
    void end() {
        phase = Phase.ENDED;
    }

    /** Stops receiving; {@link #readable} follows when bytes are in the socket. */
    void await() {
        if (phase == Phase.RECEIVING) {
            transport.receive(false);
        }
        phase = Phase.AWAITED;
        transport.awaitReadable();
    }

    /** What was awaited is there, and the protocol is told so. */
    void readable() {
        phase = Phase.PAUSED;
    }

    /**
     * Receives only while the next bytes are of use.
     *
     * @param wanted whether the protocol has a use for them
     * @param sending whether it is awaiting the end of a send before it looks at the socket
     */
    void update(boolean wanted, boolean sending) {
        switch (phase) {
            case RECEIVING -> {
                if (!wanted || !kept.hasRoom()) {
                    phase = Phase.PAUSED;
                    transport.receive(false);
                }
            }
            case PAUSED -> {
                if (wanted && kept.hasRoom()) {
                    phase = Phase.RECEIVING;
                    transport.receive(true);
                }
            }
            case AWAITED -> {
                if (!sending) {
                    transport.awaitReadable();
                }
            }
            case ENDED -> {}
        }
    }

    /** From now on the connection receives only to drop what comes. */
    void drain() {
        kept.drop();
        if (phase == Phase.PAUSED || phase == Phase.AWAITED) {
            phase = Phase.RECEIVING;
            transport.receive(true);
        }
    }
}
