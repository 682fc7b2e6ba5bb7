package sluice.io.reactor;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.CopyOptions;
import sluice.io.CopyPath;
import sluice.io.Counters;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Socket;
import sluice.io.async.AioEngine;
import sluice.io.async.ChannelEngine;
import sluice.io.async.ChannelListener;
import sluice.io.copy.Detour;
import sluice.io.copy.DirectCopy;
import sluice.io.copy.HeapCopy;
import sluice.io.copy.MmapCopy;
import sluice.io.copy.Sendfile;
import sluice.io.copy.Splice;
import sluice.io.copy.TransferTo;
import sluice.io.copy.ZeroCopy;
import sluice.io.loop.Backend;
import sluice.io.loop.Engine;
import sluice.io.loop.SharedLoop;
import sluice.io.readiness.EpollEdgePoller;
import sluice.io.readiness.EpollOneshotPoller;
import sluice.io.readiness.EpollPoller;
import sluice.io.readiness.NonblockingPoller;
import sluice.io.readiness.PollPoller;
import sluice.io.readiness.Poller;
import sluice.io.readiness.PollerParts;
import sluice.io.readiness.ReadinessEngine;
import sluice.io.readiness.SelectPoller;
import sluice.io.readiness.SelectorPoller;
import sluice.io.readiness.SignalPoller;
import sluice.io.socket.Listener;
import sluice.io.socket.NioListener;
import sluice.io.socket.NioSocket;
import sluice.io.socket.PortSharing;
import sluice.io.socket.RawListener;
import sluice.io.socket.RawSocket;
import sluice.io.uring.UringEngine;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** The one place that knows every engine, poller, copy path and kind of socket. */
public final class Backends {
    private Backends() {}

    /** The backend of these settings, which must be able to run here. */
    public static Backend of(Machinery machinery, Kernel kernel) {
        return new Chosen(machinery, machinery.cell(), kernel);
    }

    private record Chosen(Machinery machinery, Cell cell, Kernel kernel) implements Backend {
        @Override
        public Engine engine(SharedLoop loop) {
            return switch (cell.model()) {
                case ASYNC_CHANNEL -> new ChannelEngine(loop);
                case POSIX_AIO -> new AioEngine(loop);
                case IO_URING -> new UringEngine(loop, UringEngine.Features.ALL);
                default -> new ReadinessEngine(loop, this::poller);
            };
        }

        private Poller poller(PollerParts parts) {
            return switch (cell.model()) {
                case NONBLOCKING -> new NonblockingPoller(parts);
                case SELECT -> new SelectPoller(parts);
                case POLL -> new PollPoller(parts);
                case SIGNAL -> new SignalPoller(parts);
                case EPOLL -> new EpollPoller(parts);
                case EPOLL_ET -> new EpollEdgePoller(parts);
                case EPOLL_ONESHOT -> new EpollOneshotPoller(parts);
                case SELECTOR -> new SelectorPoller(parts.registrations());
                default -> throw new IllegalStateException("not a readiness model");
            };
        }

        @Override
        public CopyPath path(LoopResources resources, CopyOptions copying) {
            Counters counters = resources.counters();
            int buffer = copying.buffer();
            return switch (cell.effectiveCopy()) {
                case SENDFILE -> detour(new Sendfile(counters), resources, buffer);
                case SPLICE -> detour(new Splice(kernel, counters), resources, buffer);
                case MMAP -> detour(new MmapCopy(kernel, counters), resources, buffer);
                case DIRECT -> new DirectCopy(resources.newBlock(buffer), counters);
                case HEAP -> new HeapCopy(resources.newBlock(buffer), counters);
                case ZEROCOPY -> {
                    DirectCopy plain = new DirectCopy(resources.newBlock(), counters);
                    yield new ZeroCopy(kernel, counters, resources.errorQueue(), plain);
                }
                case TRANSFER_TO, AUTO -> detour(new TransferTo(counters), resources, buffer);
            };
        }

        /** One read and one send for a small region cost less than two of each. */
        private CopyPath detour(CopyPath chosen, LoopResources resources, int buffer) {
            int size = Math.max(buffer, CopyMode.COPIED_MAX);
            return new Detour(
                    cell,
                    chosen,
                    () -> new DirectCopy(resources.newBlock(size), resources.counters()));
        }

        @Override
        public Listener listen(SocketAddress address, boolean blocking, PortSharing sharing)
                throws IOException {
            return switch (cell.sockets()) {
                case RAW, AIO -> RawListener.open(address, blocking, sharing, kernel);
                case NIO -> NioListener.open(address, blocking, sharing);
                case ASYNC -> ChannelListener.open(address, sharing);
            };
        }

        @Override
        public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
            return switch (cell.sockets()) {
                case RAW -> rawSocket(address, blocking);
                case AIO -> rawSocket(address, true);
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

        private Socket rawSocket(InetSocketAddress address, boolean blocking) throws IOException {
            int type = SocketCalls.SOCK_STREAM
                    | SocketCalls.SOCK_CLOEXEC
                    | (blocking ? 0 : SocketCalls.SOCK_NONBLOCK);
            int descriptor = SocketCalls.socket(SocketCalls.domainOf(address), type, 0);
            if (descriptor < 0) {
                throw new IOException("cannot create a socket: " + Errno.describe(descriptor));
            }
            SocketCalls.setOption(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_NODELAY, 1);
            return new RawSocket(descriptor, kernel);
        }
    }
}
