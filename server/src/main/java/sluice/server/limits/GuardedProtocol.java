package sluice.server.limits;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.FileSink;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Standing;
import sluice.io.TransferMeter;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.IntFunction;

/** A protocol whose client may not have too many connections, or send too many requests. */
final class GuardedProtocol implements Protocol {
    private final Protocol protocol;
    private final Peers peers;
    private final @Nullable IntFunction<byte[]> refusal;
    private @Nullable Connection connection;
    /** Who the client is; null if nobody knows, and if it may not be here. */
    private @Nullable InetAddress peer;

    /** Whether the message that comes in has been counted. */
    private boolean counted;
    /** The last output of a connection whose client asks too often; nothing is taken from then. */
    private byte @Nullable [] last;

    private boolean refused;
    private boolean begun;

    GuardedProtocol(Protocol protocol, Peers peers, @Nullable IntFunction<byte[]> refusal) {
        this.protocol = protocol;
        this.peers = peers;
        this.refusal = refusal;
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        InetSocketAddress remote = opened.peer();
        if (remote != null) {
            InetAddress key = Peers.key(remote.getAddress());
            if (!peers.enter(key)) {
                refused = true;
                opened.abort(Counter.REFUSED_PEER);
                return;
            }
            peer = key;
        }
        begun = true;
        protocol.opened(opened);
    }

    @Override
    public void failedToOpen(long outcome) {
        protocol.failedToOpen(outcome);
    }

    @Override
    public int received(Block bytes, int from, int to) {
        if (refused) {
            return to - from;
        }
        if (!counted && protocol.isIdle() && !mayAsk()) {
            return to - from;
        }
        counted = true;
        int taken = protocol.received(bytes, from, to);
        counted = taken == 0;
        return taken;
    }

    /** Whether the client may send a request; if not, this connection has its last output. */
    private boolean mayAsk() {
        if (refusal == null || peer == null || connection == null) {
            return true;
        }
        int seconds = peers.ask(peer);
        if (seconds > 0) {
            refused = true;
            last = refusal.apply(seconds);
            connection.loop().resources().counters().add(Counter.REFUSED_REQUESTS, 1);
        }
        return seconds == 0;
    }

    @Override
    public void receivedInto(FileSink sink) {
        protocol.receivedInto(sink);
    }

    @Override
    public void produce(SendQueue queue) {
        byte[] octets = last;
        if (!refused) {
            protocol.produce(queue);
        } else if (octets != null && connection != null && queue.room() >= octets.length) {
            MemorySegment memory = queue.block().segment();
            MemorySegment.copy(octets, 0, memory, JAVA_BYTE, queue.position(), octets.length);
            queue.wrote(octets.length);
            last = null;
            connection.closeWhenSent();
        }
    }

    @Override
    public @Nullable TransferMeter meter() {
        return protocol.meter();
    }

    @Override
    public void sent() {
        protocol.sent();
    }

    @Override
    public boolean torn(Object message) {
        return protocol.torn(message);
    }

    @Override
    public boolean hasOutput() {
        return refused ? last != null : protocol.hasOutput();
    }

    @Override
    public boolean wantsInput() {
        return !refused && protocol.wantsInput();
    }

    @Override
    public boolean isIdle() {
        return !refused && protocol.isIdle();
    }

    @Override
    public Standing standing() {
        return refused ? Standing.BUSY : protocol.standing();
    }

    @Override
    public void inputEnded() {
        protocol.inputEnded();
    }

    @Override
    public long inputDeadline() {
        return protocol.inputDeadline();
    }

    @Override
    public void expired() {
        protocol.expired();
    }

    @Override
    public void drain() {
        protocol.drain();
    }

    @Override
    public void closed() {
        if (peer != null) {
            peers.leave(peer);
        }
        if (begun) {
            protocol.closed();
        }
    }
}
