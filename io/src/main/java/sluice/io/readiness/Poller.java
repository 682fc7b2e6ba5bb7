package sluice.io.readiness;

import sluice.io.Timers;

/**
 * A readiness back end: the part of {@link ReadinessEngine} that differs from model to model. All
 * but {@link #wake} on the loop's thread; what is added before {@link #begin}, by whoever makes the
 * loop.
 */
public interface Poller {
    /** Bytes, a connection, or the end of the peer's bytes can be taken. */
    int READ = 1;
    /** Bytes can be given. */
    int WRITE = 2;
    /** The socket is broken: reported whether wanted or not, where the model tells. */
    int BROKEN = 4;
    /** A connect has ended: wanted alone, and reported as {@link #WRITE}. */
    int CONNECT = 8;

    /** On the loop's own thread, before the first wait: for what belongs to a thread. */
    default void begin() {}

    /** Begins to watch for {@code wanted}; 0 or {@code -errno}. */
    long add(Registration registration);

    /** Watches for {@code wanted} from now on; 0 or {@code -errno}. */
    long update(Registration registration);

    /** Ends watching; called before the handle is closed. */
    void remove(Registration registration);

    /**
     * Waits until something happens, {@link #wake} is called or time is up; sets {@link
     * Registration#events} and appends to {@code ready}.
     *
     * @param nanos 0 not to wait, {@link Timers#NEVER} to wait for ever
     */
    void await(long nanos, ReadyList ready);

    /** Ends a wait that goes on or comes next; nothing after {@link #close}. Any thread. */
    void wake();

    /** Frees what it holds. */
    void close();
}
