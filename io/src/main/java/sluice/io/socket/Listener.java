package sluice.io.socket;

import sluice.io.Pollable;
import sluice.io.Socket;

import java.net.InetSocketAddress;

/** A listening socket. */
public interface Listener extends Pollable {
    /** As long as the kernel allows: it cuts this to net.core.somaxconn (listen(2)). */
    int BACKLOG = 4_096;

    /**
     * What one try to accept brought.
     *
     * @param error 0, or the errno that says why there is no socket
     */
    record Accepted(@org.jspecify.annotations.Nullable Socket socket, int error) {}

    /** One try; waits if the listener blocks. */
    Accepted accept();

    /** Where it listens, the port that was chosen included. */
    InetSocketAddress address();

    /**
     * Another handle of the same socket, for a loop of its own. The socket is closed with the last
     * one.
     */
    Listener share();

    /** Refuses clients from now on, whoever else has a reference to the socket. */
    void refuse();

    /**
     * Ends a wait for connections in another thread, which then gets an error; nothing if there are
     * shares.
     */
    void interrupt();

    /** Closes. */
    void close();
}
