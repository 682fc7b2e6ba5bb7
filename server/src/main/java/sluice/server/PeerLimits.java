package sluice.server;

/**
 * Bounds for each client, told by its address: that of IPv4, or the network of 64 bits of IPv6,
 * which is what one client gets. 0 is no bound, and costs nothing.
 *
 * @param connections most open connections; more are reset at once
 * @param requestsPerSecond most requests in the long run; as many may come at once. More
 *     are answered with 429; a connection of HTTP/1 is then closed
 */
public record PeerLimits(int connections, int requestsPerSecond) {
    /** No bounds. */
    public static final PeerLimits NONE = new PeerLimits(0, 0);

    /** More than any client needs, and a gap between two that is longer than a nanosecond. */
    public static final int REQUESTS_MAX = 1_000_000;

    /**
     * @throws IllegalArgumentException if a number is out of bounds
     */
    public PeerLimits {
        if (connections < 0 || requestsPerSecond < 0 || requestsPerSecond > REQUESTS_MAX) {
            throw new IllegalArgumentException("a client may have 1 or more connections, and 1 to "
                    + REQUESTS_MAX + " requests per second; 0 is no bound");
        }
    }
}
