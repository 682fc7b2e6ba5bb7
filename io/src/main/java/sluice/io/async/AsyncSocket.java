package sluice.io.async;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.Socket;
import sluice.linux.Errno;

import java.net.InetSocketAddress;

/**
 * A socket with asynchronous calls: each starts an operation and ends in a completion on the loop;
 * one receive and one send at a time. The socket uses the memory until then. {@link #send} returns
 * {@link IoResult#BEGUN} instead of a count.
 */
sealed interface AsyncSocket extends Socket permits ChannelSocket, AioSocket {
    /** The kind of operation that has completed. */
    enum Kind {
        RECEIVE,
        SEND,
        CONNECT
    }

    /** Receives completions. */
    interface Owner {
        /** Called on the loop's thread, from its list: a count or a negative {@link IoResult}. */
        void completed(Kind kind, long result);
    }

    /** Sets who gets all completions from now on. */
    void owner(Owner owner);

    /** Starts a receive; a result of 0 means the peer's FIN. */
    void beginReceive(Block block, int from, int to);

    /** Starts a connect. */
    void beginConnect(InetSocketAddress address);

    /** Makes pending operations end soon; the close follows when all have ended. */
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
