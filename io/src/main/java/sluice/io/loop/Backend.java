package sluice.io.loop;

import sluice.io.Cell;
import sluice.io.CopyOptions;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Socket;
import sluice.io.SocketKind;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Factory for the parts of a server's loops: sockets, engines that wait for them, and copy paths.
 * The {@link Cell} selects them. A wrapper of a backend can replace parts without a change of the
 * loops. Any thread.
 */
public interface Backend {
    /** The settings. */
    Machinery machinery();

    /** The model and the copy path. */
    default Cell cell() {
        return machinery().cell();
    }

    /** The system calls to use. */
    Kernel kernel();

    /** Creates the engine of a loop that many connections share. */
    Engine engine(SharedLoop loop);

    /** Creates the copy path of one loop. */
    CopyPath path(LoopResources resources, CopyOptions copying);

    /**
     * Opens a listener.
     *
     * @param blocking whether calls on the listener and its sockets block
     * @param sharing more than one listener on an address needs {@link SocketKind#hasReusePort}
     */
    Listener listen(SocketAddress address, boolean blocking, PortSharing sharing)
            throws IOException;

    /** Creates a socket that can be connected to {@code address}. */
    Socket open(InetSocketAddress address, boolean blocking) throws IOException;
}
