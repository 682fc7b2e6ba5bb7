package sluice.cli;

import picocli.CommandLine.Option;

import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.util.Comparator;
import java.util.List;

/** Options for where the server listens, and the addresses that follow. */
final class AddressOptions {
    /** On no network (RFC 5737), so the default route leads there. */
    private static final InetSocketAddress ELSEWHERE =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "address to listen on; 0.0.0.0 accepts from other machines, too;"
                    + " unix:FILE is a Unix socket, without a port, for a proxy on this machine"
                    + " (default: ${DEFAULT-VALUE}, this machine only)")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8000",
            description = "port to listen on; 0 chooses a free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description =
                    "name that a request may have in Host, besides localhost, IP addresses and"
                        + " HOST, if the server listens on this machine only; repeatable; * allows"
                        + " every name. Keeps out web pages whose name leads here (DNS rebinding)")
    private List<String> allowedHosts = List.of();

    @Option(
            names = "--h2c",
            description = "speak HTTP/2 without TLS, too, with clients that begin with it (prior"
                    + " knowledge): proxies do, browsers do not. Over https nothing is to be said")
    private boolean h2c;

    /** Adds them. */
    Sluice.Builder settings() {
        Sluice.Builder settings = Sluice.builder().host(host).port(port);
        if (h2c) {
            settings.h2c();
        }
        allowedHosts.forEach(settings::allowHost);
        return settings;
    }

    String host() {
        return host;
    }

    boolean speaksH2c() {
        return h2c;
    }

    /** Whether clients of other machines reach it; those of a Unix socket come by a proxy. */
    static boolean reachesOthers(SocketAddress address) {
        return !(address instanceof InetSocketAddress inet)
                || !inet.getAddress().isLoopbackAddress();
    }

    /**
     * URIs for other devices, the likeliest first. None if the server listens on loopback only; its
     * own if it listens on one address.
     */
    static List<URI> reachable(FileServer server) throws SocketException {
        if (!(server.addresses().getFirst() instanceof InetSocketAddress first)) {
            return List.of();
        }
        InetAddress bound = first.getAddress();
        if (!bound.isAnyLocalAddress()) {
            return bound.isLoopbackAddress() ? List.of() : List.of(server.uri());
        }
        boolean onlyFour = bound instanceof Inet4Address;
        InetAddress outward = outward();
        return NetworkInterface.networkInterfaces()
                .filter(AddressOptions::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address || !onlyFour)
                .filter(AddressOptions::isForOthers)
                .sorted(Comparator.comparing((InetAddress address) -> !address.equals(outward))
                        .thenComparing(address -> !(address instanceof Inet4Address)))
                .map(server::uri)
                .toList();
    }

    /**
     * The address from which this machine reaches others, so that they reach it there; that of a
     * container's bridge is not it. Connecting a datagram socket asks for the route (connect(2))
     * and sends nothing. An address of no network if there is no route.
     */
    private static InetAddress outward() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(ELSEWHERE);
            return socket.getLocalAddress();
        } catch (IOException | UncheckedIOException e) {
            return ELSEWHERE.getAddress();
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }

    /** A browser cannot open a link-local address of IPv6: it has a zone (RFC 4007). */
    private static boolean isForOthers(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress();
    }
}
