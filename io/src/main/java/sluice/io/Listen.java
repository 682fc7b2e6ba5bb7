package sluice.io;

import java.net.InetSocketAddress;

/**
 * An address to listen on, and the service of its connections.
 *
 * @param address port 0 chooses a free one
 */
public record Listen(InetSocketAddress address, Service service) {
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
    public static void requireResolved(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "no address is known for host " + address.getHostString());
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
}
