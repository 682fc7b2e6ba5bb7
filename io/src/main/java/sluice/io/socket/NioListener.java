package sluice.io.socket;

import sluice.io.AddressText;
import sluice.io.Closing;
import sluice.linux.Errno;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listening java.nio channel. */
public final class NioListener implements Listener {
    private final ServerSocketChannel channel;
    private final boolean blocking;
    private final ListenerRef reference;

    private NioListener(ServerSocketChannel channel, boolean blocking, ListenerRef reference) {
        this.channel = channel;
        this.blocking = blocking;
        this.reference = reference;
    }

    public static NioListener open(SocketAddress address, boolean blocking, PortSharing sharing)
            throws IOException {
        requireInet(address);
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (sharing == PortSharing.JOINS) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, BACKLOG);
            if (sharing == PortSharing.FIRST) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.configureBlocking(blocking);
        } catch (IOException e) {
            Closing.quietly(channel);
            throw new IOException(
                    "cannot listen on " + AddressText.of(address) + ": " + e.getMessage(), e);
        }
        return new NioListener(channel, blocking, ListenerRef.first());
    }

    /**
     * Refuses Unix sockets: java.nio has them, but without the options that these models set.
     *
     * @throws BindException with what helps
     */
    public static void requireInet(SocketAddress address) throws BindException {
        if (!(address instanceof InetSocketAddress)) {
            throw new BindException("cannot listen on " + AddressText.of(address)
                    + " with a model of java.nio; take --model epoll, or another with raw"
                    + " descriptors");
        }
    }

    @Override
    public Accepted accept() {
        try {
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                return new Accepted(null, Errno.EAGAIN);
            }
            return prepared(accepted);
        } catch (ClosedChannelException e) {
            return new Accepted(null, Errno.EINVAL);
        } catch (IOException e) {
            return new Accepted(null, errno(e));
        }
    }

    private Accepted prepared(SocketChannel accepted) {
        try {
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            accepted.configureBlocking(blocking);
            return new Accepted(new NioSocket(accepted), 0);
        } catch (IOException e) {
            Closing.quietly(accepted);
            return new Accepted(null, Errno.ECONNABORTED);
        }
    }

    /** java.nio reports only a localized message; an unknown error may be permanent. */
    public static int errno(IOException e) {
        String words = String.valueOf(e.getMessage());
        return words.contains("Too many open files") ? Errno.EMFILE : Errno.ENOBUFS;
    }

    @Override
    public SocketAddress address() {
        try {
            return channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException("the listener is closed", e);
        }
    }

    @Override
    public int descriptor() {
        throw new IllegalStateException("a java.nio channel gives no access to its descriptor");
    }

    @Override
    public ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public void interrupt() {
        if (reference.isOnly()) {
            refuse();
        }
    }

    @Override
    public Listener share() {
        return new NioListener(channel, blocking, reference.another());
    }

    @Override
    public void refuse() {
        Closing.quietly(channel);
    }

    @Override
    public void close() {
        if (reference.release()) {
            refuse();
        }
    }
}
