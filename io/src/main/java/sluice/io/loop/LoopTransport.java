package sluice.io.loop;

import org.jspecify.annotations.Nullable;

import sluice.io.Transport;

import java.net.InetSocketAddress;

/** The verbs of a connection on a {@link SharedLoop}, and how they begin. */
public interface LoopTransport extends Transport {
    /**
     * Begins to receive, or, if {@code remote} is given, to connect. What follows is {@link
     * Owner#opened} or {@link Owner#failedToOpen} only for a connect under way.
     *
     * @return 0 when the connection stands, {@code -EINPROGRESS} when a connect is under way, or
     *     {@code -errno} when there will be none
     */
    long begin(Owner owner, @Nullable InetSocketAddress remote);
}
