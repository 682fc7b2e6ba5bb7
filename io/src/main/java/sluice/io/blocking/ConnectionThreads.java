package sluice.io.blocking;

import sluice.io.Counter;
import sluice.io.Socket;
import sluice.io.socket.Listener;

/** The threads of {@link ThreadPerConnection} and how they wait. Any thread. */
sealed interface ConnectionThreads permits PlatformThreads, VirtualThreads {
    /** The wait for connections of one listener. */
    interface Arrivals {
        /** Waits until there may be a connection, or {@link #stop}; on the accepting thread. */
        void await();

        /** Ends the current or the next wait of the accepting thread. Any thread. */
        void stop();

        /** The last call of the accepting thread, before the listener is closed. */
        void end();
    }

    /** Whether calls on sockets and listeners block. */
    boolean block();

    /** Runs {@code task} on a new thread. */
    void start(Runnable task);

    /** Creates the wait of the calling thread, which is a connection's. */
    Waiting waiting(Socket socket);

    /** Creates the wait of the thread that accepts from a listener. */
    Arrivals arrivals(Listener listener);

    /** Ends the helper threads, after all threads of connections have ended. */
    void stop() throws InterruptedException;

    /** Frees memory; called when no worker can still use an address of it. */
    void release();

    /** The counters of these threads. */
    long count(Counter counter);

    /** A description for the user. */
    String words();
}
