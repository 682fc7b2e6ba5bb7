package sluice.server.site;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import sluice.http.Authority;
import sluice.http.Request;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The hosts that a server answers to, which keeps web pages out of a server for this machine only.
 * The owner of a name can let it lead to 127.0.0.1 while a page of that name is open (DNS
 * rebinding). Then the browser takes the server's files for the page's own. But it sends the page's
 * name in Host, and nobody else owns localhost, an address, or the names that the server's owner
 * has given. A server that other machines reach as well cannot know its names: it answers to any.
 */
public final class AllowedHosts {
    /** Stands for every name. */
    public static final String ANY_NAME = "*";

    static final AllowedHosts ANY = new AllowedHosts(true, Set.of());

    private static final byte[] LOCALHOST = "localhost".getBytes(StandardCharsets.US_ASCII);

    private final boolean any;
    private final byte[][] names;

    private AllowedHosts(boolean any, Set<String> keys) {
        this.any = any;
        names = keys.stream()
                .map(key -> key.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    /**
     * The hosts of a server.
     *
     * @param addresses where it listens; a name that was given for one of them is allowed
     * @param allowed more names, or {@link #ANY_NAME}
     * @throws IllegalArgumentException if one of them cannot be the host of a request
     */
    public static AllowedHosts of(List<? extends SocketAddress> addresses, Set<String> allowed) {
        for (String name : allowed) {
            if (!SiteTable.isHost(name)) {
                throw new IllegalArgumentException(
                        "an allowed host must be a name without a port: '" + name + "'");
            }
        }
        // No browser connects to a Unix socket: what it brings comes from a proxy.
        List<InetSocketAddress> reached = addresses.stream()
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .toList();
        boolean local = !reached.isEmpty()
                && reached.stream().allMatch(address -> address.getAddress().isLoopbackAddress());
        if (!local || allowed.contains(ANY_NAME)) {
            return ANY;
        }
        Set<String> keys = new LinkedHashSet<>();
        for (InetSocketAddress address : reached) {
            String name = address.getHostString();
            // An IPv6 address without brackets is none; every address is allowed anyway.
            if (SiteTable.isHost(name)) {
                keys.add(SiteTable.key(name));
            }
        }
        allowed.forEach(name -> keys.add(SiteTable.key(name)));
        return new AllowedHosts(false, keys);
    }

    /** Whether the server answers to the host of a request. Who names none is no browser. */
    public boolean allows(Request request) {
        int from = request.hostFrom();
        if (any || from < 0 || from == request.hostTo()) {
            return true;
        }
        MemorySegment bytes = request.bytes();
        int end = Authority.endOfName(bytes, from, request.hostTo());
        return Authority.isAddress(bytes, from, end)
                || isLocalhost(bytes, from, end)
                || isNamed(bytes, from, end);
    }

    /** localhost, or a name below it: browsers resolve both without asking (RFC 6761 6.3). */
    private static boolean isLocalhost(MemorySegment bytes, int from, int to) {
        int last = to - LOCALHOST.length;
        boolean whole = last == from || last > from && bytes.get(JAVA_BYTE, last - 1) == '.';
        return whole && SiteTable.equals(LOCALHOST, bytes, last, to);
    }

    private boolean isNamed(MemorySegment bytes, int from, int to) {
        for (byte[] name : names) {
            if (SiteTable.equals(name, bytes, from, to)) {
                return true;
            }
        }
        return false;
    }
}
