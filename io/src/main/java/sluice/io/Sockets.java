package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * The kinds of sockets, the better ones first: only system calls can use a raw descriptor, only
 * java.nio a channel, which does not show its descriptor.
 */
enum Sockets {
    RAW("raw descriptors"),
    NIO("java.nio channels"),
    ASYNC("asynchronous channels"),
    /** Raw, and never asked for more than reads and writes that block. */
    AIO("descriptors of POSIX asynchronous I/O");

    private final String words;

    Sockets(String words) {
        this.words = words;
    }

    /** Whether only Linux has them. */
    boolean needsLinux() {
        return this == RAW || this == AIO;
    }

    /** What messages call them. */
    static String words(Set<Sockets> kinds) {
        return kinds.stream().sorted().map(kind -> kind.words).collect(Collectors.joining(" or "));
    }

    Listener listen(InetSocketAddress address, boolean blocking, Kernel kernel) throws IOException {
        return listen(address, blocking, false, kernel);
    }

    /** {@code reusePort}: several listeners at the same address, see {@link #hasReusePort}. */
    Listener listen(InetSocketAddress address, boolean blocking, boolean reusePort, Kernel kernel)
            throws IOException {
        return switch (this) {
            case RAW, AIO -> RawListener.open(address, blocking, reusePort, kernel);
            case NIO -> NioListener.open(address, blocking, reusePort);
            case ASYNC -> ChannelListener.open(address, reusePort);
        };
    }

    /** Whether the system spreads clients over several listeners at one address. */
    boolean hasReusePort() {
        if (needsLinux()) {
            return true;
        }
        try (ServerSocketChannel any = ServerSocketChannel.open()) {
            return any.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        } catch (IOException e) {
            return false;
        }
    }

    /** What a channel says of its peer; null once it is closed. */
    static @Nullable InetSocketAddress peer(Callable<SocketAddress> channel) {
        try {
            return channel.call() instanceof InetSocketAddress address ? address : null;
        } catch (Exception e) {
            return null;
        }
    }

    /** A socket that can be connected to {@code address}. */
    Socket open(InetSocketAddress address, boolean blocking, Kernel kernel) throws IOException {
        return switch (this) {
            case RAW -> rawSocket(address, blocking, kernel);
            case AIO -> rawSocket(address, true, kernel);
            case NIO -> nioSocket(blocking);
            case ASYNC -> ChannelListener.socket();
        };
    }

    private static Socket nioSocket(boolean blocking) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(blocking);
        return new NioSocket(channel);
    }

    private static Socket rawSocket(InetSocketAddress address, boolean blocking, Kernel kernel)
            throws IOException {
        int type = SocketCalls.SOCK_STREAM
                | SocketCalls.SOCK_CLOEXEC
                | (blocking ? 0 : SocketCalls.SOCK_NONBLOCK);
        int descriptor = SocketCalls.socket(SocketCalls.domainOf(address), type, 0);
        if (descriptor < 0) {
            throw new IOException("no socket to be had: " + Errno.describe(descriptor));
        }
        SocketCalls.setOption(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_NODELAY, 1);
        return new RawSocket(descriptor, kernel);
    }
}
