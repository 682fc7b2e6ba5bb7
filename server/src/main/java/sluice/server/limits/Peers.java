package sluice.server.limits;

import sluice.server.PeerLimits;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What each client takes now. One that has left is remembered until it may send a full burst again,
 * so that a new connection brings no new requests. Any thread.
 */
final class Peers {
    /** Clients to remember: some megabytes. Of more, those beyond are not bounded. */
    static final int REMEMBERED_MAX = 1 << 16;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** One client of IPv6 gets a network of 64 bits (RFC 6177). */
    private static final int NETWORK_BYTES = 8;

    /**
     * A client.
     *
     * @param connections open now
     * @param paidUntil when its requests until now would have come at the highest steady rate
     */
    private record Peer(int connections, long paidUntil) {}

    private final PeerLimits limits;
    private final LongSupplier clock;
    private final Map<InetAddress, Peer> known = new ConcurrentHashMap<>();
    /** When the next look for clients to forget may be: it goes over all of them. */
    private final AtomicLong forgetAt;

    Peers(PeerLimits limits, LongSupplier clock) {
        this.limits = limits;
        this.clock = clock;
        forgetAt = new AtomicLong(clock.getAsLong());
    }

    /** What stands for a client: its address, or the network of an address of IPv6. */
    static InetAddress key(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] network = address.getAddress();
        Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A client has one connection more; false if it may not, and then it has not. */
    boolean enter(InetAddress key) {
        makeRoom();
        boolean[] entered = {true};
        known.compute(key, (_, peer) -> {
            if (peer == null) {
                return known.size() >= REMEMBERED_MAX ? null : new Peer(1, clock.getAsLong());
            }
            entered[0] = limits.connections() == 0 || peer.connections < limits.connections();
            return entered[0] ? new Peer(peer.connections + 1, peer.paidUntil) : peer;
        });
        return entered[0];
    }

    /** A connection that has entered ends. */
    void leave(InetAddress key) {
        known.computeIfPresent(key, (_, peer) -> {
            Peer left = new Peer(Math.max(0, peer.connections - 1), peer.paidUntil);
            return isForgotten(left) ? null : left;
        });
    }

    private boolean isForgotten(Peer peer) {
        return peer.connections == 0 && peer.paidUntil - clock.getAsLong() <= 0;
    }

    private void makeRoom() {
        if (known.size() >= REMEMBERED_MAX) {
            long now = clock.getAsLong();
            long at = forgetAt.get();
            if (now - at >= 0 && forgetAt.compareAndSet(at, now + SECOND)) {
                known.values().removeIf(this::isForgotten);
            }
        }
    }

    /**
     * A client sends a request, perhaps on a connection of a proxy.
     *
     * @return 0 if it may, or the seconds after which it may
     */
    int ask(InetAddress key) {
        if (limits.requestsPerSecond() == 0) {
            return 0;
        }
        makeRoom();
        long[] wait = {0};
        known.compute(key, (_, before) -> {
            if (before == null && known.size() >= REMEMBERED_MAX) {
                return null;
            }
            long now = clock.getAsLong();
            Peer peer = before == null ? new Peer(0, now) : before;
            long from = peer.paidUntil - now > 0 ? peer.paidUntil : now;
            long until = from + SECOND / limits.requestsPerSecond();
            wait[0] = until - now - SECOND;
            return wait[0] > 0 ? peer : new Peer(peer.connections, until);
        });
        return wait[0] <= 0 ? 0 : (int) ((wait[0] + SECOND - 1) / SECOND);
    }

    /** How many are remembered. */
    int size() {
        return known.size();
    }
}
