package sluice.io.loop;

import sluice.io.Cell;
import sluice.io.CopyPath;
import sluice.io.Copying;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Socket;
import sluice.io.Sockets;
import sluice.io.socket.Listener;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What the loops of one server are made of: its sockets, how a loop waits for them, and how files
 * reach them. A {@link Cell} says which; whoever wraps a backend changes what loops are made of
 * without touching a loop. Any thread.
 */
public interface Backend {
    /** What was chosen. */
    Machinery machinery();

    /** The model and the copy path it was made for. */
    default Cell cell() {
        return machinery().cell();
    }

    /** The system calls underneath. */
    Kernel kernel();

    /** Makes what waits for the sockets of a loop that many connections share. */
    Engine engine(SharedLoop loop);

    /** Makes the copy path for one loop. */
    CopyPath path(LoopResources resources, Copying copying);

    /**
     * Listens.
     *
     * @param blocking whether calls on the listener and its sockets wait
     * @param reusePort several listeners at the same address, see {@link Sockets#hasReusePort}
     */
    Listener listen(InetSocketAddress address, boolean blocking, boolean reusePort)
            throws IOException;

    /** Makes a socket that can be connected to {@code address}. */
    Socket open(InetSocketAddress address, boolean blocking) throws IOException;
}
