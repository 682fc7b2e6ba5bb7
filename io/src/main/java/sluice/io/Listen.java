package sluice.io;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * An address to listen on, and the service of its connections.
 *
 * @param address an {@link InetSocketAddress}, whose port 0 chooses a free one, or a {@link
 *     UnixDomainSocketAddress}, which only models with raw descriptors have
 */
public record Listen(SocketAddress address, Service service) {
    /** What begins so in place of a host names the file of a Unix socket (unix(7)). */
    public static final String UNIX = "unix:";

    private static final int PORT_MAX = 65_535;

    /**
     * @throws IllegalArgumentException if the host of the address is unresolved
     */
    public Listen {
        requireResolved(address);
    }

    /**
     * @throws IllegalArgumentException if the host of the address is not resolved
     */
    public static void requireResolved(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new IllegalArgumentException(
                    "no address is known for host " + inet.getHostString());
        }
    }

    /**
     * The address of a host, given by name or number, and a port.
     *
     * @throws IllegalArgumentException if the port is out of range
     */
    public static InetSocketAddress address(String host, int port) {
        Bounds.require("port", port, 0, PORT_MAX);
        return new InetSocketAddress(host, port);
    }

    /**
     * The same, or that of a Unix socket, which has no port: {@value #UNIX} and its file. The path
     * becomes absolute, as the kernel tells it to a process that is handed the socket.
     *
     * @throws IllegalArgumentException if the port is out of range, or no file is named
     */
    public static SocketAddress at(String host, int port) {
        if (!host.startsWith(UNIX)) {
            return address(host, port);
        }
        if (host.length() == UNIX.length()) {
            throw new IllegalArgumentException("name the file of the socket: unix:FILE");
        }
        return UnixDomainSocketAddress.of(Path.of(host.substring(UNIX.length())).toAbsolutePath());
    }
}
