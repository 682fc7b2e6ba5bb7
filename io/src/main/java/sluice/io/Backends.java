package sluice.io;

import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** The one place that knows every engine, poller, copy path and kind of socket. */
final class Backends {
    private Backends() {}

    /** What a cell stands for, which must be one that can run here. */
    static Backend of(Cell cell, Kernel kernel) {
        return new Chosen(cell, kernel);
    }

    private record Chosen(Cell cell, Kernel kernel) implements Backend {
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
                case SELECTOR -> new SelectorPoller(parts.slots());
                default -> throw new IllegalStateException("no readiness model");
            };
        }

        @Override
        public CopyPath path(LoopResources resources, Copying copying) {
            Counters counters = resources.counters();
            int buffer = copying.buffer();
            return switch (cell.effectiveCopy()) {
                case SENDFILE -> new Sendfile(counters);
                case SPLICE -> new Splice(kernel, counters);
                case MMAP -> new MmapCopy(kernel, counters);
                case DIRECT -> new DirectCopy(resources.newBlock(buffer), counters);
                case HEAP -> new HeapCopy(resources.newBlock(buffer), counters);
                case ZEROCOPY -> {
                    DirectCopy plain = new DirectCopy(resources.newBlock(), counters);
                    yield new ZeroCopy(kernel, counters, resources.errorQueue(), plain);
                }
                case TRANSFER_TO, AUTO -> new TransferTo(counters);
            };
        }

        @Override
        public Listener listen(InetSocketAddress address, boolean blocking, boolean reusePort)
                throws IOException {
            return switch (cell.sockets()) {
                case RAW, AIO -> RawListener.open(address, blocking, reusePort, kernel);
                case NIO -> NioListener.open(address, blocking, reusePort);
                case ASYNC -> ChannelListener.open(address, reusePort);
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
                throw new IOException("cannot make a socket: " + Errno.describe(descriptor));
            }
            SocketCalls.setOption(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_NODELAY, 1);
            return new RawSocket(descriptor, kernel);
        }
    }
}
