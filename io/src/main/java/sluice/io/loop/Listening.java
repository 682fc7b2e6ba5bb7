package sluice.io.loop;

import sluice.io.socket.Listener;

/** A listener that an {@link Engine} watches. Loop thread only. */
public interface Listening {
    /** Receives the events of a listener. */
    interface Owner {
        /** There may be connections to {@link #accept}. */
        void acceptable();

        /** No more connections can be accepted; the listener is closed. */
        void failed();
    }

    /** The next connection, or an errno if there is none: EAGAIN if no client waits. */
    Listener.Accepted accept();

    /**
     * Whether clients that are left in the queue are reported in the next turn, so that nobody has
     * to ask until it is empty.
     */
    default boolean tellsAgain() {
        return false;
    }

    /** Resumes or pauses; during a pause clients wait in the listen queue. */
    void watch(boolean on);

    /** Takes over from a stuck loop that watches the same socket: it must not get our clients. */
    default void takeOver() {}

    /** Whether {@link #close} was called. */
    boolean isClosed();

    /** Ends watching and closes the listener: new clients are refused at once. */
    void close();
}
