package sluice.cli;

import picocli.CommandLine.Option;

import sluice.server.FileServer;
import sluice.server.Sluice;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Comparator;
import java.util.List;

/** Options for where the server listens, and the addresses that follow. */
final class AddressOptions {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "address to listen on; 0.0.0.0 accepts from other machines, too"
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

    /** Adds them. */
    Sluice.Builder settings() {
        Sluice.Builder settings = Sluice.builder().host(host).port(port);
        allowedHosts.forEach(settings::allowHost);
        return settings;
    }

    String host() {
        return host;
    }

    /** URIs for other devices, if the server listens on all addresses of this machine. */
    static List<URI> reachable(FileServer server) throws SocketException {
        InetAddress bound = server.addresses().getFirst().getAddress();
        if (!bound.isAnyLocalAddress()) {
            return List.of();
        }
        boolean onlyFour = bound instanceof Inet4Address;
        return NetworkInterface.networkInterfaces()
                .filter(AddressOptions::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address || !onlyFour)
                .filter(AddressOptions::isForOthers)
                .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .map(server::uri)
                .toList();
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
