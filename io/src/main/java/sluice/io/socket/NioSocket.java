package sluice.io.socket;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Closing;
import sluice.io.IoResult;
import sluice.io.Socket;
import sluice.linux.Errno;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.Callable;

/** A java.nio channel: for models without system calls, and for transferTo. */
public final class NioSocket implements Socket {
    private final SocketChannel channel;

    public NioSocket(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int descriptor() {
        throw new IllegalStateException("a java.nio channel gives no access to its descriptor");
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public long receive(Block block, int from, int to) {
        try {
            int received = channel.read(block.buffer(from, to));
            return received > 0 ? received : received == 0 ? IoResult.AGAIN : 0;
        } catch (IOException e) {
            return -Errno.ECONNRESET;
        }
    }

    @Override
    public long peek(Block scratch) {
        return 1;
    }

    /**
     * java.nio has no MSG_MORE: {@code more} is ignored, and a head may go into a separate packet.
     */
    @Override
    public long send(Block block, int from, int to, boolean more) {
        try {
            int sent = channel.write(block.buffer(from, to));
            return sent == 0 ? IoResult.AGAIN : sent;
        } catch (IOException e) {
            return -Errno.EPIPE;
        }
    }

    /**
     * Moves available bytes into a file: bytes, or {@code -errno} of the file. A blocking channel
     * would wait for all requested bytes, so this first asks how many are available.
     */
    @Override
    public long transferTo(FileChannel file, long offset, long most) {
        try {
            boolean blocks = channel.isBlocking();
            long there = blocks ? channel.socket().getInputStream().available() : most;
            ChannelTransfer transfer = new ChannelTransfer(channel);
            return there <= 0 ? 0 : transfer.run(file, offset, Math.min(there, most));
        } catch (IOException e) {
            return 0; // The next receive gets the error.
        }
    }

    @Override
    public long connect(InetSocketAddress address) {
        try {
            return channel.connect(address) ? 0 : -Errno.EINPROGRESS;
        } catch (IOException e) {
            return -Errno.ECONNREFUSED;
        } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
            return -Errno.EINVAL;
        }
    }

    @Override
    public long finishConnect() {
        try {
            return channel.finishConnect() ? 0 : IoResult.AGAIN;
        } catch (IOException e) {
            return -Errno.ECONNREFUSED;
        }
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return peer(channel::getRemoteAddress);
    }

    /** The peer's address as the channel reports it; null once it is closed. */
    public static @Nullable InetSocketAddress peer(Callable<SocketAddress> channel) {
        try {
            return channel.call() instanceof InetSocketAddress address ? address : null;
        } catch (Exception e) {
            return null;
        }
    }

    @Override
    public void shutdownInput() {
        Closing.after(channel::shutdownInput, channel);
    }

    @Override
    public void shutdownOutput() {
        Closing.after(channel::shutdownOutput, channel);
    }

    @Override
    public void abort() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            System.getLogger("sluice.io").log(System.Logger.Level.DEBUG, "no RST possible", e);
        }
        Closing.quietly(channel);
    }

    @Override
    public void close() {
        Closing.quietly(channel);
    }
}
