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
 * What somebody who writes an {@link EventLoop} needs of this module beside the contracts: sockets,
 * and the way of files to them. The loop brings threads, waiting and {@link LoopResources}. Any
 * thread.
 */
public final class LoopParts {
    private final Backend backend;

    private LoopParts(Backend backend) {
        this.backend = backend;
    }

    /**
     * The parts of a cell. Its model says which kinds of sockets there can be, for example {@link
     * Model#SELECTOR} for java.nio channels and {@link Model#EPOLL} for descriptors.
     *
     * @throws IllegalArgumentException when this machine cannot run the cell, with the reason
     */
    public static LoopParts of(Cell cell) {
        String refusal = cell.refusal();
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        return new LoopParts(Backends.of(Machinery.defaults().withCell(cell), Kernel.LINUX));
    }

    /** What it was made for. */
    public Cell cell() {
        return backend.cell();
    }

    /**
     * The copy path of one loop, which closes it when all its sockets are closed. It never says
     * {@link Outcome#COLD}: a try may wait for the disk.
     */
    public CopyPath path(LoopResources resources) {
        return backend.path(resources, Copying.defaults());
    }

    /**
     * The socket of a java.nio channel that is connected, or will be; it is as blocking as the
     * channel.
     *
     * @throws IllegalStateException when the cell has other sockets
     */
    public Socket socket(SocketChannel channel) {
        require(Sockets.NIO);
        return new NioSocket(channel);
    }

    /**
     * The socket of a descriptor; it is as blocking as that, and closes it.
     *
     * @throws IllegalStateException when the cell has other sockets
     */
    public Socket socket(int descriptor) {
        require(Sockets.RAW);
        return new RawSocket(descriptor, backend.kernel());
    }

    /**
     * Makes a socket for {@link Socket#connect}.
     *
     * @param blocking whether its calls wait
     * @throws IOException if there is none to be had
     */
    public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
        return backend.open(address, blocking);
    }

    private void require(Sockets kind) {
        if (backend.cell().sockets() != kind) {
            throw new IllegalStateException(
                    "the sockets of model " + cell().model().label() + " with copy path "
                            + cell().copy().label() + " are no " + Sockets.words(Set.of(kind)));
        }
    }
}
