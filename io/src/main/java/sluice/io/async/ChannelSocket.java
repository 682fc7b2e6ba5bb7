package sluice.io.async;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Closing;
import sluice.io.IoResult;
import sluice.io.socket.NioSocket;
import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.function.Consumer;

/**
 * A java.nio asynchronous channel as a socket. A thread of the JDK runs the handlers, which only
 * pass the result to the loop.
 */
public final class ChannelSocket implements AsyncSocket {
    private final AsynchronousSocketChannel channel;
    private final Handler received = new Handler(Kind.RECEIVE);
    private final Handler sent = new Handler(Kind.SEND);
    private Consumer<Runnable> loop = Runnable::run;
    private Owner owner = (_, _) -> {};

    ChannelSocket(AsynchronousSocketChannel channel) {
        this.channel = channel;
    }

    /** Runs completions on the loop. */
    void on(Consumer<Runnable> list) {
        loop = list;
    }

    @Override
    public void owner(Owner told) {
        owner = told;
    }

    /** One per kind, because only one call of a kind is pending: a call allocates nothing. */
    private final class Handler implements CompletionHandler<Integer, Void>, Runnable {
        private final Kind kind;
        /** The JDK's thread writes it before it notifies the loop. */
        private long result;

        Handler(Kind kind) {
            this.kind = kind;
        }

        @Override
        public void completed(Integer count, Void none) {
            // -1 is the end of the input; a send never has 0 bytes
            result = Math.max(0, count);
            loop.accept(this);
        }

        @Override
        public void failed(Throwable reason, Void none) {
            result = kind == Kind.SEND ? -Errno.EPIPE : -Errno.ECONNRESET;
            loop.accept(this);
        }

        @Override
        public void run() {
            owner.completed(kind, result);
        }
    }

    @Override
    public void beginReceive(Block block, int from, int to) {
        try {
            channel.read(block.buffer(from, to), null, received);
        } catch (ShutdownChannelGroupException e) {
            received.failed(e, null);
        }
    }

    /** java.nio has no MSG_MORE: a head may go into a separate packet. */
    @Override
    public long send(Block block, int from, int to, boolean more) {
        channel.write(block.buffer(from, to), null, sent);
        return IoResult.BEGUN;
    }

    @Override
    public void beginConnect(InetSocketAddress address) {
        try {
            channel.connect(address, null, new CompletionHandler<Void, Void>() {
                @Override
                public void completed(Void nothing, Void none) {
                    loop.accept(() -> owner.completed(Kind.CONNECT, 0));
                }

                @Override
                public void failed(Throwable reason, Void none) {
                    boolean closed = reason instanceof AsynchronousCloseException;
                    int error = closed ? Errno.ECANCELED : Errno.ECONNREFUSED;
                    loop.accept(() -> owner.completed(Kind.CONNECT, -error));
                }
            });
        } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
            loop.accept(() -> owner.completed(Kind.CONNECT, -Errno.EINVAL));
        }
    }

    /** Closes the channel: only this ends pending calls. */
    @Override
    public void interrupt() {
        close();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return NioSocket.peer(channel::getRemoteAddress);
    }

    @Override
    public void shutdownInput() {
        close();
    }

    @Override
    public void shutdownOutput() {
        Closing.after(channel::shutdownOutput, channel);
    }

    /** Asynchronous channels have no SO_LINGER: the peer gets RST only if bytes are unread. */
    @Override
    public void abort() {
        close();
    }

    @Override
    public void close() {
        Closing.quietly(channel);
    }

    @Override
    public int descriptor() {
        throw new IllegalStateException("a java.nio channel gives no access to its descriptor");
    }

    @Override
    public SelectableChannel channel() {
        throw new IllegalStateException("an asynchronous channel cannot be selected");
    }
}
