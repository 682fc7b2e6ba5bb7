package sluice.io;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * The verbs of a connection on a {@link SharedLoop}. Its last act, when it has closed and nothing
 * is outstanding, is {@link SharedLoop#collected}.
 */
interface LoopTransport extends Transport {
    /**
     * Begins to receive, or, if {@code remote} is given, to connect. What follows is {@link
     * Connection#opened} or {@link Connection#failedToOpen} only for a connect under way.
     *
     * @return 0 when the connection stands, {@code -EINPROGRESS} when a connect is under way, or
     *     {@code -errno} when there will be none
     */
    long begin(Connection connection, @Nullable InetSocketAddress remote);
}
