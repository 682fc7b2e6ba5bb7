package sluice.io;

import sluice.io.loop.Backend;
import sluice.io.reactor.Backends;
import sluice.io.socket.NioSocket;
import sluice.io.socket.RawSocket;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Set;

/**
 * Parts of this module for another implementation of {@link EventLoop}: sockets and copy paths.
 * That loop provides its threads, its way of waiting and {@link LoopResources}. Any thread.
 */
public final class LoopParts {
    private final Backend backend;

    private LoopParts(Backend backend) {
        this.backend = backend;
    }

    /**
     * The parts for a pair of model and copy path. The model decides which kinds of sockets are
     * possible, for example {@link Model#SELECTOR} java.nio channels and {@link Model#EPOLL}
     * descriptors.
     *
     * @throws IllegalArgumentException if this machine cannot run the pair, with the reason
     */
    public static LoopParts of(Cell cell) {
        String refusal = cell.refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return new LoopParts(Backends.of(Machinery.defaults().withCell(cell), Kernel.LINUX));
    }

    /** The pair that these parts are for. */
    public Cell cell() {
        return backend.cell();
    }

    /**
     * Creates the copy path of one loop. The loop closes it when all its sockets are closed. It
     * never returns {@link IoResult#COLD}: a try may block on the disk.
     */
    public CopyPath path(LoopResources resources) {
        return backend.path(resources, CopyOptions.defaults());
    }

    /**
     * Wraps a java.nio channel that is connected, or will be; the channel decides whether calls
     * block.
     *
     * @throws IllegalStateException if the pair needs another kind of socket
     */
    public Socket socket(SocketChannel channel) {
        require(SocketKind.NIO);
        return new NioSocket(channel);
    }

    /**
     * Wraps a descriptor, which the socket closes; the descriptor decides whether calls block.
     *
     * @throws IllegalStateException if the pair needs another kind of socket
     */
    public Socket socket(int descriptor) {
        require(SocketKind.RAW);
        return new RawSocket(descriptor, backend.kernel());
    }

    /**
     * Creates a socket for {@link Socket#connect}.
     *
     * @param blocking whether its calls block
     * @throws IOException if no socket can be created
     */
    public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
        return backend.open(address, blocking);
    }

    private void require(SocketKind kind) {
        if (backend.cell().sockets() != kind) {
            throw new IllegalStateException(
                    "the sockets of model " + cell().model().label() + " with copy path "
                            + cell().copy().label() + " are not " + SocketKind.words(Set.of(kind)));
        }
    }
}
