package sluice.io.socket;

import sluice.io.AddressText;
import sluice.io.InheritedSockets;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.util.Objects;

/** A listening socket as a descriptor. */
public final class RawListener implements Listener {
    /** The server before may have set one. */
    private static final int NO_PACE = -1;

    private final int descriptor;
    private final boolean blocking;
    private final Kernel kernel;
    private final ListenerRef reference;

    private RawListener(int descriptor, boolean blocking, Kernel kernel, ListenerRef reference) {
        this.descriptor = descriptor;
        this.blocking = blocking;
        this.kernel = kernel;
        this.reference = reference;
    }

    public static RawListener open(InetSocketAddress address, boolean blocking, Kernel kernel)
            throws IOException {
        return open(address, blocking, PortSharing.ALONE, kernel);
    }

    /** The kernel distributes clients over listeners that share a port. */
    public static RawListener open(
            InetSocketAddress address, boolean blocking, PortSharing sharing, Kernel kernel)
            throws IOException {
        int inherited = InheritedSockets.take(address);
        return inherited >= 0
                ? adopt(inherited, address, blocking, sharing, kernel)
                : create(address, blocking, sharing, kernel);
    }

    private static RawListener adopt(
            int descriptor,
            InetSocketAddress address,
            boolean blocking,
            PortSharing sharing,
            Kernel kernel)
            throws IOException {
        if (blocking) {
            // Only shutdown(2) ends a wait in accept(2), and would end it for the other process.
            throw new BindException("cannot listen on the inherited " + AddressText.of(address)
                    + " with a model that waits in accept; take another --model");
        }
        check(
                "O_NONBLOCK",
                FileCalls.fcntl(descriptor, FileCalls.F_SETFL, FileCalls.O_NONBLOCK),
                address);
        SocketCalls.setOption(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_NODELAY, 1);
        SocketCalls.setOption(
                descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_MAX_PACING_RATE, NO_PACE);
        if (sharing == PortSharing.FIRST) {
            share(descriptor, address);
        }
        ListenerRef reference = ListenerRef.first();
        reference.isNowElsewhere();
        return new RawListener(descriptor, false, kernel, reference);
    }

    private static RawListener create(
            InetSocketAddress address, boolean blocking, PortSharing sharing, Kernel kernel)
            throws IOException {
        int family = SocketCalls.domainOf(address);
        int type = SocketCalls.SOCK_STREAM
                | SocketCalls.SOCK_CLOEXEC
                | (blocking ? 0 : SocketCalls.SOCK_NONBLOCK);
        int descriptor = SocketCalls.socket(family, type, 0);
        check("socket", descriptor, address);
        try {
            SocketCalls.setOption(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1);
            if (sharing == PortSharing.JOINS) {
                share(descriptor, address);
            }
            // Accepted sockets inherit TCP_NODELAY: only MSG_MORE holds heads back.
            SocketCalls.setOption(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_NODELAY, 1);
            check("bind", SocketCalls.bind(descriptor, address), address);
            check("listen", SocketCalls.listen(descriptor, BACKLOG), address);
            if (sharing == PortSharing.FIRST) {
                share(descriptor, address);
            }
        } catch (IOException e) {
            kernel.close(descriptor);
            throw e;
        }
        return new RawListener(descriptor, blocking, kernel, ListenerRef.first());
    }

    private static void share(int descriptor, InetSocketAddress address) throws IOException {
        int set = SocketCalls.setOption(
                descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEPORT, 1);
        check("SO_REUSEPORT", set, address);
    }

    private static void check(String call, int result, InetSocketAddress address)
            throws IOException {
        if (result < 0) {
            throw new BindException("cannot listen on " + AddressText.of(address) + ": " + call
                    + ": " + Errno.describe(result));
        }
    }

    @Override
    public Accepted accept() {
        int flags = SocketCalls.SOCK_CLOEXEC | (blocking ? 0 : SocketCalls.SOCK_NONBLOCK);
        int accepted = kernel.accept4(descriptor, flags);
        return accepted < 0
                ? new Accepted(null, -accepted)
                : new Accepted(new RawSocket(accepted, kernel), 0);
    }

    @Override
    public InetSocketAddress address() {
        return Objects.requireNonNull(SocketCalls.localAddress(descriptor), "bound");
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public SelectableChannel channel() {
        throw new IllegalStateException("a raw descriptor is not a java.nio channel");
    }

    /**
     * close(2) would not wake a thread inside accept; shutdown(2) does: accept fails with EINVAL.
     */
    @Override
    public void interrupt() {
        if (reference.isOnly()) {
            refuse();
        }
    }

    /** Accepted sockets inherit the rate of their listener, so this costs them nothing. */
    @Override
    public void pace(int bytesPerSecond) throws IOException {
        if (bytesPerSecond != 0) {
            int set = SocketCalls.setOption(
                    descriptor,
                    SocketCalls.SOL_SOCKET,
                    SocketCalls.SO_MAX_PACING_RATE,
                    bytesPerSecond);
            check("SO_MAX_PACING_RATE", set, address());
        }
    }

    @Override
    public Listener share() {
        return new RawListener(descriptor, blocking, kernel, reference.another());
    }

    /** Of a socket that another process has, too, clients go on waiting in its queue. */
    @Override
    public void refuse() {
        if (!reference.isElsewhere()) {
            kernel.shutdown(descriptor, SocketCalls.SHUT_RDWR);
        }
    }

    /** Only shutdown(2) ends a wait in accept(2), and would end it for the other process. */
    @Override
    public int handOver() {
        if (blocking) {
            return -1;
        }
        reference.isNowElsewhere();
        return descriptor;
    }

    @Override
    public void close() {
        if (reference.release()) {
            kernel.close(descriptor);
        }
    }
}
