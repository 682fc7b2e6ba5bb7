package sluice.io.blocking;

import sluice.io.Counter;
import sluice.io.Socket;
import sluice.io.socket.Listener;

/** The threads of {@link ThreadPerConnection}: what they are and how they wait. Any thread. */
sealed interface ConnectionThreads permits PlatformThreads, VirtualThreads {
    /** Waiting for connections to come to one listener. */
    interface Arrivals {
        /** Waits until there may be a connection, or {@link #stop}; on the accepting thread. */
        void await();

        /** Ends a wait of the accepting thread that goes on or comes next. Any thread. */
        void stop();

        /** The last act of the accepting thread, before the listener is closed. */
        void end();
    }

    /** Whether calls on sockets and listeners are to wait. */
    boolean block();

    /** Runs {@code task} on a thread of its own. */
    void start(Runnable task);

    /** How the calling thread, which is a connection's, waits. */
    Waiting waiting(Socket socket);

    /** How the thread that accepts from a listener waits. */
    Arrivals arrivals(Listener listener);

    /** Ends what threads there are beside those of connections, when all of these have ended. */
    void stop() throws InterruptedException;

    /** Frees memory, when no worker can have an address of it any more. */
    void release();

    /** What these threads count themselves. */
    long count(Counter counter);

    /** For reports. */
    String words();
}
