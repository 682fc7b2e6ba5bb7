package sluice.io;

import org.jspecify.annotations.Nullable;

/**
 * Input of a connection: bytes that the protocol has not taken yet, and whether it receives now.
 *
 * <pre>
 *   RECEIVING ---> PAUSED ---> AWAITED      any ---> ENDED
 *       ^            |  ^         |
 *       +------------+  +---------+
 * </pre>
 */
final class Input {
    /** Bytes that a closing connection reads and drops: unread bytes would cause an RST. */
    private static final long LINGER_BYTES_MAX = 1 << 20;

    private enum Phase {
        /** The transport receives. */
        RECEIVING,
        /** Does not receive: bytes stay in the socket, and TCP slows the peer. */
        PAUSED,
        /** As paused, and bytes go past the buffers, once, when there are some in the socket. */
        AWAITED,
        /** The peer has sent its last byte. */
        ENDED
    }

    private final Transport transport;
    private final UnparsedInput kept;
    private Phase phase = Phase.RECEIVING;
    private int dropped;
    /** Whether the peer has said that nothing follows the message that was taken. */
    private boolean over;
    /** Where awaited bytes go, and how many at most. */
    private @Nullable FileSink sink;

    private long most;

    Input(Transport transport, Pool<Block> blocks) {
        this.transport = transport;
        kept = new UnparsedInput(blocks);
    }

    /** Received bytes that the protocol could not use yet. */
    UnparsedInput kept() {
        return kept;
    }

    /**
     * Keeps bytes that the protocol has not taken, if it will want them. A peer that sends them has
     * not kept its word.
     *
     * @return false if no block is free
     */
    boolean keep(Block bytes, int from, int to, boolean wanted) {
        over = false;
        return !wanted || kept.add(bytes, from, to);
    }

    boolean isAwaited() {
        return phase == Phase.AWAITED;
    }

    boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    /** The peer has said that nothing follows the message that was taken. */
    void over() {
        over = !transport.sendsAfterLast();
    }

    /** Whether no byte can come any more, as far as the peer keeps its word. */
    boolean isOver() {
        return hasEnded() || over && kept.isEmpty();
    }

    /** The peer has sent its last byte. */
    void end() {
        phase = Phase.ENDED;
    }

    /**
     * Stops receiving; {@link #collectFor} follows when bytes are in the socket. False if bytes
     * cannot go past the buffers: then they are received.
     */
    boolean awaitInto(FileSink into, long atMost) {
        if (phase == Phase.ENDED || !into.takes(transport.receiving())) {
            return false;
        }
        sink = into;
        most = atMost;
        if (phase == Phase.RECEIVING) {
            transport.receive(false);
        }
        phase = Phase.AWAITED;
        transport.awaitReadable();
        return true;
    }

    /**
     * The awaited bytes are there: collects them and tells the protocol, unless it has not taken
     * what came before. If nothing was collected, and not for want of bytes, they are to be
     * received. While the protocol wants none, they stay awaited.
     */
    void collectFor(Protocol protocol) {
        FileSink into = sink;
        if (!protocol.wantsInput()) {
            return;
        }
        phase = Phase.PAUSED;
        if (into == null || !kept.isEmpty()) {
            return;
        }
        long collected = into.collect(transport, most);
        if (collected == IoResult.AGAIN) {
            phase = Phase.AWAITED;
        } else if (collected > 0) {
            protocol.receivedInto(into);
        }
    }

    /**
     * Receives only while the protocol wants more bytes.
     *
     * @param wanted whether the protocol wants more bytes
     * @param sending whether a send must end before the socket is checked for awaited bytes
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
                if (wanted && !sending) {
                    transport.awaitReadable();
                }
            }
            case ENDED -> {}
        }
    }

    /** From now on the connection receives only to drop the bytes. */
    void drain() {
        kept.drop();
        if (phase == Phase.PAUSED || phase == Phase.AWAITED) {
            phase = Phase.RECEIVING;
            transport.receive(true);
        }
    }

    /** Drops what comes; true when that is too much. */
    boolean drop(int bytes) {
        dropped += bytes;
        return dropped > LINGER_BYTES_MAX;
    }
}
