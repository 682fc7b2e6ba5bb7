package sluice.io.async;

import sluice.io.AddressText;
import sluice.io.Closing;
import sluice.io.socket.Listener;
import sluice.io.socket.ListenerRef;
import sluice.io.socket.NioListener;
import sluice.io.socket.PortSharing;
import sluice.linux.Errno;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listening java.nio asynchronous channel. */
public final class ChannelListener implements Listener {
    private final AsynchronousServerSocketChannel channel;
    private final Arrivals arrivals;
    private final ListenerRef reference;

    private ChannelListener(
            AsynchronousServerSocketChannel channel, Arrivals arrivals, ListenerRef reference) {
        this.channel = channel;
        this.arrivals = arrivals;
        this.reference = reference;
    }

    /**
     * State of accepting: the accepted connection, and the loop to notify. The channel has one
     * accept at a time. If the loop that started it fails or gets stuck, the accept stays pending,
     * and the loop that takes over gets its result.
     */
    private static final class Arrivals {
        final ConcurrentLinkedQueue<Accepted> waiting = new ConcurrentLinkedQueue<>();
        final AtomicBoolean begun = new AtomicBoolean();
        volatile Runnable told = () -> {};

        void add(Accepted accepted) {
            waiting.add(accepted);
            begun.set(false);
            told.run();
        }
    }

    /** The thread that waits for all channels and delivers completions; created on demand. */
    private static final class Group {
        static final AsynchronousChannelGroup ONE_THREAD = make();

        private Group() {}

        private static AsynchronousChannelGroup make() {
            try {
                return AsynchronousChannelGroup.withFixedThreadPool(
                        1,
                        task -> Thread.ofPlatform()
                                .name("sluice-async")
                                .daemon()
                                .unstarted(task));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot open asynchronous channels", e);
            }
        }
    }

    public static ChannelListener open(SocketAddress address, PortSharing sharing)
            throws IOException {
        NioListener.requireInet(address);
        AsynchronousServerSocketChannel channel =
                AsynchronousServerSocketChannel.open(Group.ONE_THREAD);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (sharing == PortSharing.JOINS) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, BACKLOG);
            if (sharing == PortSharing.FIRST) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
        } catch (IOException e) {
            Closing.quietly(channel);
            throw new IOException(
                    "cannot listen on " + AddressText.of(address) + ": " + e.getMessage(), e);
        }
        return new ChannelListener(channel, new Arrivals(), ListenerRef.first());
    }

    public static ChannelSocket socket() throws IOException {
        AsynchronousSocketChannel made = AsynchronousSocketChannel.open(Group.ONE_THREAD);
        made.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new ChannelSocket(made);
    }

    /** Starts an accept; {@code told} runs on any thread when {@link #accept} may return it. */
    void begin(Runnable told) {
        arrivals.told = told;
        if (!arrivals.waiting.isEmpty()) {
            told.run();
            return;
        }
        if (!arrivals.begun.compareAndSet(false, true)) {
            return;
        }
        channel.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
            @Override
            public void completed(AsynchronousSocketChannel accepted, Void none) {
                arrivals.add(prepared(accepted));
            }

            @Override
            public void failed(Throwable reason, Void none) {
                boolean open = channel.isOpen() && reason instanceof IOException;
                arrivals.add(new Accepted(
                        null, open ? NioListener.errno((IOException) reason) : Errno.EINVAL));
            }
        });
    }

    private static Accepted prepared(AsynchronousSocketChannel accepted) {
        try {
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new Accepted(new ChannelSocket(accepted), 0);
        } catch (IOException e) {
            Closing.quietly(accepted);
            return new Accepted(null, Errno.ECONNABORTED);
        }
    }

    @Override
    public Accepted accept() {
        Accepted next = arrivals.waiting.poll();
        return next == null ? new Accepted(null, Errno.EAGAIN) : next;
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
    public SelectableChannel channel() {
        throw new IllegalStateException("an asynchronous channel cannot be selected");
    }

    @Override
    public Listener share() {
        return new ChannelListener(channel, arrivals, reference.another());
    }

    @Override
    public void refuse() {
        Closing.quietly(channel);
    }

    @Override
    public void interrupt() {
        if (reference.isOnly()) {
            refuse();
        }
    }

    @Override
    public void close() {
        if (reference.release()) {
            refuse();
            for (Accepted each = accept(); each.error() != Errno.EAGAIN; each = accept()) {
                AsyncListening.drop(each);
            }
        }
    }
}
