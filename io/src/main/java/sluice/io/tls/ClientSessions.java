package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Socket;

/** Begins sessions of a client. Any thread. */
interface ClientSessions {
    /**
     * The client's side of a session over a socket, which is connected before the handshake; null
     * without memory.
     *
     * @param host the name or the address that the server has to prove
     */
    @Nullable
    Session connect(Socket socket, String host);
}
