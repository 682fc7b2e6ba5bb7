package sluice.io.socket;

import sluice.io.Pollable;
import sluice.io.Socket;

import java.io.IOException;
import java.net.SocketAddress;

/** A listening socket. */
public interface Listener extends Pollable {
    /** As long as the kernel allows: it reduces this to net.core.somaxconn (listen(2)). */
    int BACKLOG = 4_096;

    /**
     * The result of one try to accept.
     *
     * @param error 0, or the errno that tells why there is no socket
     */
    record Accepted(@org.jspecify.annotations.Nullable Socket socket, int error) {}

    /** Tries once to accept; waits if the listener blocks. */
    Accepted accept();

    /** The address it listens on, with the actual port. */
    SocketAddress address();

    /**
     * Another handle of the same socket, for another loop. Closing the last handle closes the
     * socket.
     */
    Listener share();

    /** Refuses clients from now on, even if others have references to the socket. */
    void refuse();

    /**
     * Ends a wait for connections in another thread, which then gets an error; does nothing if the
     * socket has other handles.
     */
    void interrupt();

    /**
     * Bounds what the kernel sends on each accepted connection.
     *
     * @param bytesPerSecond 0 for no bound
     * @throws IOException if the kernel cannot do that for such sockets
     */
    default void pace(int bytesPerSecond) throws IOException {
        if (bytesPerSecond != 0) {
            throw new IOException("a pace needs a model with raw descriptors, such as epoll");
        }
    }

    /**
     * The descriptor, of which another process gets a copy to go on listening; from now on nothing
     * that ends this listener refuses clients.
     *
     * @return -1 if the socket cannot be handed over
     */
    default int handOver() {
        return -1;
    }

    /** Closes. */
    void close();
}
