package sluice.server.limits;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.FileSink;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Standing;
import sluice.io.TransferMeter;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A protocol whose client may not have too many connections. */
final class GuardedProtocol implements Protocol {
    private final Protocol protocol;
    private final Clients clients;
    /** The client, if its connections are counted; null also if it may not be here. */
    private @Nullable InetAddress counted;

    private boolean refused;
    private boolean begun;

    GuardedProtocol(Protocol protocol, Clients clients) {
        this.protocol = protocol;
        this.clients = clients;
    }

    @Override
    public void opened(Connection opened) {
        InetSocketAddress peer = opened.peer();
        if (peer != null && clients.areCounted(peer)) {
            InetAddress key = Peers.key(peer.getAddress());
            if (!clients.peers().enter(key)) {
                refused = true;
                opened.abort(Counter.REFUSED_PEER);
                return;
            }
            counted = key;
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
        return refused ? to - from : protocol.received(bytes, from, to);
    }

    @Override
    public void receivedInto(FileSink sink) {
        protocol.receivedInto(sink);
    }

    @Override
    public void produce(SendQueue queue) {
        if (!refused) {
            protocol.produce(queue);
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
        return !refused && protocol.hasOutput();
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
        if (counted != null) {
            clients.peers().leave(counted);
        }
        if (begun) {
            protocol.closed();
        }
    }
}
