package sluice.io;

import java.net.InetSocketAddress;

/**
 * An address to listen at, and what is done with the connections that come there.
 *
 * @param address port 0 takes a free one
 */
public record Listen(InetSocketAddress address, Service service) {
    private static final int PORT_MAX = 65_535;

    /**
     * @throws IllegalArgumentException for an address whose host nobody knows
     */
    public Listen {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "no address is known for host " + address.getHostString());
        }
    }

    /**
     * The address of a host, by name or number, and a port.
     *
     * @throws IllegalArgumentException for a port that is no number of 16 bits
     */
    public static InetSocketAddress address(String host, int port) {
        Bounds.require("port", port, 0, PORT_MAX);
        return new InetSocketAddress(host, port);
    }
}
