package sluice.server.limits;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.io.AddressSet;
import sluice.io.Connection;
import sluice.server.PeerLimits;
import sluice.server.TrustedProxies;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The clients of a server: who they are, and how much each takes now. Any thread. */
public final class Clients {
    private final PeerLimits limits;
    private final TrustedProxies proxies;
    private final Peers peers;

    public Clients(PeerLimits limits, TrustedProxies proxies) {
        this.limits = limits;
        this.proxies = proxies;
        peers = new Peers(limits, System::nanoTime);
    }

    /** Whether protocols have to look at each request. */
    public boolean areAsked() {
        return limits.requestsPerSecond() > 0 || !proxies.requests().isEmpty();
    }

    /** Who sends requests on a connection; null if nobody has to know. */
    public @Nullable Client on(Connection connection) {
        return areAsked() ? new Client(this, connection) : null;
    }

    /** Whether the connections of an address are counted: not those of a proxy, which has many. */
    boolean areCounted(InetSocketAddress peer) {
        return limits.connections() > 0 && !proxies.requests().contains(peer);
    }

    Peers peers() {
        return peers;
    }

    /**
     * Who sent a request that came from a peer: the address before the trusted ones, seen from
     * here. What a client wrote itself is before its own address, and nobody looks there.
     */
    @Nullable
    InetSocketAddress sender(Request request, @Nullable InetSocketAddress peer) {
        AddressSet trusted = proxies.requests();
        if (trusted.isEmpty() || !trusted.contains(peer)) {
            return peer;
        }
        InetSocketAddress sender = peer;
        for (String node : proxies.field().nodes(request)) {
            InetAddress address = AddressSet.literal(node);
            if (address == null) {
                return sender;
            }
            sender = new InetSocketAddress(address, 0);
            if (!trusted.contains(address)) {
                return sender;
            }
        }
        return sender;
    }
}
