package sluice.io.async;

import sluice.io.Block;
import sluice.io.Outcome;
import sluice.io.Socket;
import sluice.linux.Errno;

import java.net.InetSocketAddress;

/**
 * A socket whose calls are begun, and end later in a completion on its loop: one receive and one
 * send at a time. The memory it was given stays its own until then. {@link #send} returns
 * {@link Outcome#BEGUN} in place of a count.
 */
sealed interface AsyncSocket extends Socket permits ChannelSocket, AioSocket {
    /** What has ended. */
    enum Kind {
        RECEIVE,
        SEND,
        CONNECT
    }

    /** Whom to tell. */
    interface Owner {
        /** On the loop's thread, from its list: a count or a negative {@link Outcome}. */
        void completed(Kind kind, long result);
    }

    /** Told of every end from now on. */
    void owner(Owner owner);

    /** Begins to receive; a result of 0 says that the peer has finished. */
    void beginReceive(Block block, int from, int to);

    /** Begins to connect. */
    void beginConnect(InetSocketAddress address);

    /** Makes what is outstanding end soon; the close follows when all has ended. */
    void interrupt();

    @Override
    default long receive(Block block, int from, int to) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    default long peek(Block block) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    default long connect(InetSocketAddress address) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    default long finishConnect() {
        return -Errno.EOPNOTSUPP;
    }
}
