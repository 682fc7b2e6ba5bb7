package sluice.io.loop;

import org.jspecify.annotations.Nullable;

import sluice.io.Transport;

import java.net.InetSocketAddress;

/** The transport of a connection on a {@link SharedLoop}, which has to be started. */
public interface LoopTransport extends Transport {
    /**
     * Starts to receive, or to connect if {@code remote} is given. Calls {@link Owner#opened} or
     * {@link Owner#failedToOpen} later only for a connect or a handshake in progress.
     *
     * @return 0 if the connection is open, {@code -EINPROGRESS} if a connect or a handshake is in
     *     progress, or {@code -errno} if it failed
     */
    long begin(Owner owner, @Nullable InetSocketAddress remote);

    /**
     * Receives what an accepted socket has already, after {@link Owner#opened}: a short connection
     * may end before anything has to watch it. By default nothing.
     */
    default void receiveFirst() {}
}
