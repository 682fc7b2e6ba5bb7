package sluice.io.loop;

import sluice.io.Socket;
import sluice.io.Timers;
import sluice.io.socket.Listener;

import java.io.IOException;

/**
 * The part of a loop that depends on the model, for models whose thread serves many connections: it
 * waits for sockets and moves their bytes. {@link SharedLoop} owns and drives it. All methods
 * except {@link #wake} are called on the loop's thread, or before its start on the thread that
 * creates it.
 */
public interface Engine {
    /** Called on the loop's thread before the first turn, for thread-bound setup. */
    default void begin() {}

    /**
     * Watches a listener, and closes it in the end.
     *
     * @param owner called when {@link Listening#accept} may return a connection
     * @throws IOException if the listener cannot be watched
     */
    Listening listen(Listener listener, Listening.Owner owner) throws IOException;

    /** Creates the transport of a socket, without starting it. */
    LoopTransport transport(Socket socket);

    /**
     * Submits the requests since the last turn to the kernel, waits for events, for {@link #wake}
     * or until the time limit, and collects the events.
     *
     * @param nanos time limit: 0 does not wait, {@link Timers#NEVER} waits for ever
     */
    void await(long nanos);

    /** Handles the collected events; returns how many, without mere wake-ups. */
    int dispatch();

    /** Ends the current or the next wait; does nothing after {@link #close}. Any thread. */
    void wake();

    /**
     * The last call, after all connections were aborted: completes pending operations, so that
     * every connection is collected, notifies owners of listeners, and frees its resources.
     */
    void close();
}
