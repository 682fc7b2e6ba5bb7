package sluice.io.socket;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.InheritedSockets;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
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
    /** Of a Unix socket that was made here; others remove that of an inherited one. */
    private final @Nullable SocketFile file;

    private RawListener(
            int descriptor,
            boolean blocking,
            Kernel kernel,
            ListenerRef reference,
            @Nullable SocketFile file) {
        this.descriptor = descriptor;
        this.blocking = blocking;
        this.kernel = kernel;
        this.reference = reference;
        this.file = file;
    }

    public static RawListener open(SocketAddress address, boolean blocking, Kernel kernel)
            throws IOException {
        return open(address, blocking, PortSharing.ALONE, kernel);
    }

    /** The kernel distributes clients over listeners that share a port. */
    public static RawListener open(
            SocketAddress address, boolean blocking, PortSharing sharing, Kernel kernel)
            throws IOException {
        int inherited = InheritedSockets.take(address);
        if (inherited >= 0) {
            return adopt(inherited, address, blocking, sharing, kernel);
        }
        return switch (address) {
            case InetSocketAddress inet -> create(inet, blocking, sharing, kernel);
            case UnixDomainSocketAddress unix -> create(unix, blocking, sharing, kernel);
            default -> throw new BindException("cannot listen on " + address);
        };
    }

    private static RawListener adopt(
            int descriptor,
            SocketAddress address,
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
        return new RawListener(descriptor, false, kernel, reference, null);
    }

    private static int socket(int family, boolean blocking, SocketAddress address)
            throws IOException {
        int type = SocketCalls.SOCK_STREAM
                | SocketCalls.SOCK_CLOEXEC
                | (blocking ? 0 : SocketCalls.SOCK_NONBLOCK);
        int descriptor = SocketCalls.socket(family, type, 0);
        check("socket", descriptor, address);
        return descriptor;
    }

    private static RawListener create(
            UnixDomainSocketAddress address, boolean blocking, PortSharing sharing, Kernel kernel)
            throws IOException {
        if (sharing != PortSharing.ALONE) {
            throw new BindException("cannot listen on " + AddressText.of(address)
                    + " with several loops: a Unix socket has no SO_REUSEPORT; take another"
                    + " --reactor");
        }
        int descriptor = socket(SocketCalls.AF_UNIX, blocking, address);
        SocketFile file = null;
        try {
            file = SocketFile.bind(descriptor, address.getPath().toAbsolutePath());
            check("listen", SocketCalls.listen(descriptor, BACKLOG), address);
            return new RawListener(descriptor, blocking, kernel, ListenerRef.first(), file);
        } catch (IOException e) {
            kernel.close(descriptor);
            if (file != null) {
                file.delete();
            }
            throw new BindException(
                    "cannot listen on " + AddressText.of(address) + ": " + e.getMessage());
        }
    }

    private static RawListener create(
            InetSocketAddress address, boolean blocking, PortSharing sharing, Kernel kernel)
            throws IOException {
        int descriptor = socket(SocketCalls.domainOf(address), blocking, address);
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
        return new RawListener(descriptor, blocking, kernel, ListenerRef.first(), null);
    }

    private static void share(int descriptor, SocketAddress address) throws IOException {
        int set = SocketCalls.setOption(
                descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEPORT, 1);
        check("SO_REUSEPORT", set, address);
    }

    private static void check(String call, int result, SocketAddress address) throws IOException {
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
    public SocketAddress address() {
        return Objects.requireNonNull(InheritedSockets.boundTo(descriptor), "bound");
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
            if (address() instanceof UnixDomainSocketAddress unix) {
                throw new BindException("cannot listen on " + AddressText.of(unix)
                        + " at a pace: the kernel paces TCP only");
            }
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
        return new RawListener(descriptor, blocking, kernel, reference.another(), file);
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
            if (file != null && !reference.isElsewhere()) {
                file.delete();
            }
            kernel.close(descriptor);
        }
    }
}
