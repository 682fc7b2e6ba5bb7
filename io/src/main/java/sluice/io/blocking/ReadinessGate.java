package sluice.io.blocking;

import sluice.io.Pollable;
import sluice.io.readiness.Poller;
import sluice.io.readiness.Registration;
import sluice.linux.Errno;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A place where one thread parks until its socket is ready. No wake-up is lost if the thread clears
 * the reported events, tries, and only if the socket is not ready waits for an event reported
 * since.
 */
final class ReadinessGate implements Registration.Owner {
    /** Reported beside the events of {@link Poller}: another thread has ended the wait. */
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

    /** Created on the thread that will wait. */
    ReadinessGate(Parking parking, Pollable handle) {
        this.parking = parking;
        registration = new Registration(handle, this, 0);
    }

    // The thread that waits

    /** Clears these reported events. */
    void forget(int events) {
        TOLD.getAndBitwiseAnd(this, ~(events | Poller.BROKEN));
    }

    /**
     * Waits for one of these events.
     *
     * @return the reported events, including {@link #WOKEN}, or {@code -errno} if waiting failed
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

    /** Makes the poller check the socket again. */
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

    /** Ends the current or the next wait. */
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

    /** A gate that got an event gets no other one before it asks. */
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
