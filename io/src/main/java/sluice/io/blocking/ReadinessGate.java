package sluice.io.blocking;

import sluice.io.Pollable;
import sluice.io.readiness.Poller;
import sluice.io.readiness.Registration;
import sluice.linux.Errno;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Where one thread parks until its socket is ready. It loses no wake-up by this rule: forget the
 * events that were told, try, and only if the socket refuses wait for an event told since.
 */
final class ReadinessGate implements Registration.Owner {
    /** Told beside the events of {@link Poller}: somebody else has ended the wait. */
    static final int WOKEN = 1 << 8;

    private static final VarHandle TOLD;

    static {
        try {
            TOLD = MethodHandles.lookup().findVarHandle(ReadinessGate.class, "told", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Parking parking;
    private final Registration registration;
    private final Thread thread = Thread.currentThread();
    private final Runnable asking = this::tellPoller;
    private boolean asked;

    @SuppressWarnings("unused") // by its handle
    private volatile int told;

    private volatile long failure;
    private volatile int wanted;

    /** Under this object's lock, so that nothing is said of a descriptor that was closed. */
    private boolean closed;

    /** Made on the thread that will wait. */
    ReadinessGate(Parking parking, Pollable handle) {
        this.parking = parking;
        registration = new Registration(handle, this, 0);
    }

    // The thread that waits

    /** Forgets that these events were told. */
    void forget(int events) {
        TOLD.getAndBitwiseAnd(this, ~(events | Poller.BROKEN));
    }

    /**
     * Waits for one of these events.
     *
     * @return what was told, {@link #WOKEN} included, or {@code -errno} if it cannot be waited for
     */
    long await(int events) {
        if (!asked || !parking.tellsEveryChange()) {
            ask(events);
        }
        int wake = WOKEN | Poller.BROKEN | (events == Poller.CONNECT ? Poller.WRITE : events);
        while ((told & wake) == 0 && failure == 0) {
            LockSupport.park(this);
        }
        return failure != 0 ? failure : told & wake;
    }

    /** Has the poller look at the socket anew. */
    void ask(int events) {
        asked = true;
        wanted = events;
        if (!parking.run(asking)) {
            failed(-Errno.ECANCELED);
        }
    }

    /** Before the socket is closed. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        if (asked) {
            parking.run(this::leavePoller);
        }
    }

    // Any thread

    /** Ends a wait that goes on or comes next. */
    void wake() {
        tell(WOKEN);
    }

    private void tell(int events) {
        TOLD.getAndBitwiseOr(this, events);
        LockSupport.unpark(thread);
    }

    // The poller's thread

    private synchronized void tellPoller() {
        if (closed) {
            return;
        }
        registration.wanted = wanted;
        Poller poller = parking.poller();
        long result = registration.watched ? poller.update(registration) : poller.add(registration);
        if (result < 0) {
            failed(result);
        }
    }

    private void leavePoller() {
        if (registration.watched) {
            parking.poller().remove(registration);
        }
    }

    /** Who was told once is not told again before it asks. */
    @Override
    public void ready(int events) {
        if (!parking.tellsEveryChange()) {
            synchronized (this) {
                registration.wanted = 0;
                if (!closed && registration.watched) {
                    parking.poller().update(registration);
                }
            }
        }
        tell(events);
    }

    @Override
    public void failed(long result) {
        failure = result;
        LockSupport.unpark(thread);
    }
}
