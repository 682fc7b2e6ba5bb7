package sluice.io.readiness;

import sluice.io.Timers;

/**
 * A readiness back end: the part of {@link ReadinessEngine} that depends on the model. All methods
 * except {@link #wake} are called on the loop's thread, or before {@link #begin} on the thread that
 * creates the loop.
 */
public interface Poller {
    /** Bytes, a connection, or the end of the input can be taken. */
    int READ = 1;
    /** Bytes can be sent. */
    int WRITE = 2;
    /** The socket failed: reported even if not wanted, by models that can tell. */
    int BROKEN = 4;
    /** A connect has completed: wanted without other events, and reported as {@link #WRITE}. */
    int CONNECT = 8;

    /** Called on the loop's thread before the first wait, for thread-bound setup. */
    default void begin() {}

    /** Whether {@link #add} may follow after the socket was used, if it is still open then. */
    default boolean addsLater() {
        return false;
    }

    /** Starts to watch for {@code wanted} events; 0 or {@code -errno}. */
    long add(Registration registration);

    /** Changes the {@code wanted} events; 0 or {@code -errno}. */
    long update(Registration registration);

    /** Ends watching; called before the handle is closed. */
    void remove(Registration registration);

    /**
     * Waits for events, for {@link #wake} or until the time limit; sets {@link Registration#events}
     * and appends to {@code ready}.
     *
     * @param nanos time limit: 0 does not wait, {@link Timers#NEVER} waits for ever
     */
    void await(long nanos, ReadyList ready);

    /** Ends the current or the next wait; does nothing after {@link #close}. Any thread. */
    void wake();

    /** Frees its resources. */
    void close();
}
