package sluice.io.loop;

import sluice.io.socket.Listener;

/** A listener that an {@link Engine} takes connections from. Loop thread only. */
public interface Listening {
    /** Whom to tell. */
    interface Owner {
        /** There may be connections to {@link #accept}. */
        void acceptable();

        /** Nothing can be accepted any more; the listener is closed. */
        void failed();
    }

    /** The next connection, or the errno that says why there is none: EAGAIN if nobody waits. */
    Listener.Accepted accept();

    /** Goes on, or pauses: then clients wait in the listen queue. */
    void watch(boolean on);

    /** Another loop, which is stuck, listens there as well: it must not keep clients from us. */
    default void takeOver() {}

    /** Whether {@link #close} was called, by whomever. */
    boolean isClosed();

    /** Ends it and closes the listener: at once new clients are refused. */
    void close();
}
