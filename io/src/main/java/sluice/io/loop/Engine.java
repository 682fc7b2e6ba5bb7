package sluice.io.loop;

import sluice.io.Socket;
import sluice.io.Timers;
import sluice.io.socket.Listener;

import java.io.IOException;

/**
 * What differs between models whose one thread serves many connections: how it waits for sockets
 * and moves their bytes. {@link SharedLoop} owns one and turns it. All but {@link #wake} on the
 * loop's thread, or on the thread that makes the loop before that is started.
 */
public interface Engine {
    /** On the loop's own thread, before the first turn: for what belongs to a thread. */
    default void begin() {}

    /**
     * Takes connections from a listener, and closes it in the end.
     *
     * @param owner told when {@link Listening#accept} has something
     * @throws IOException if that cannot be done
     */
    Listening listen(Listener listener, Listening.Owner owner) throws IOException;

    /** The verbs over a socket; nothing is begun yet. */
    LoopTransport transport(Socket socket);

    /**
     * Tells the kernel what was asked for since the last turn, waits until something happens,
     * {@link #wake} is called or time is up, and collects what has happened.
     *
     * @param nanos 0 not to wait, {@link Timers#NEVER} to wait for ever
     */
    void await(long nanos);

    /** Runs what was collected; how much. What only ended a wait does not count. */
    int dispatch();

    /** Ends a wait that goes on or comes next; nothing after {@link #close}. Any thread. */
    void wake();

    /**
     * The last act, when all connections were aborted: sees to the end of what is outstanding, so
     * that each is collected, tells owners of listeners, and frees what it holds.
     */
    void close();
}
