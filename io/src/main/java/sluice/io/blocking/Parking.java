package sluice.io.blocking;

import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.Pollable;
import sluice.io.SocketKind;
import sluice.io.Timers;
import sluice.io.loop.Mailbox;
import sluice.io.readiness.ChangePoller;
import sluice.io.readiness.Poller;
import sluice.io.readiness.ReadyList;
import sluice.io.readiness.Registration;
import sluice.io.readiness.RegistrationTable;
import sluice.io.readiness.SelectorPoller;
import sluice.linux.Errno;

import java.lang.foreign.Arena;

/**
 * One platform thread that waits, at a {@link Poller}, for the sockets of all threads that are
 * parked, and unparks those whose sockets are ready.
 */
final class Parking implements Runnable {
    /** Most tasks per turn: they must leave time for events. */
    private static final int TASKS_PER_TURN = 1_024;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Arena arena = Arena.ofShared();
    private final RegistrationTable registrations = new RegistrationTable();
    private final ReadyList ready = new ReadyList();
    private final Poller poller;
    private final boolean tellsEveryChange;
    private final Counters counters;
    private final Thread thread = Thread.ofPlatform().name("sluice-parking").unstarted(this);
    private final Mailbox mailbox;
    private boolean stopped;
    private volatile boolean ended;

    /** {@code counters} are written by its thread, which is started at once. */
    Parking(SocketKind sockets, Counters counters) {
        this.counters = counters;
        tellsEveryChange = sockets == SocketKind.RAW;
        poller = sockets == SocketKind.RAW
                ? new ChangePoller(registrations, arena)
                : new SelectorPoller(registrations);
        mailbox = new Mailbox(thread, poller::wake);
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                poller.await(mailbox.isEmpty() ? Timers.NEVER : 0, ready);
                for (int i = 0; i < ready.size(); i++) {
                    Registration registration = ready.get(i);
                    registration.owner.ready(registration.events);
                }
                ready.clear();
                mailbox.run(TASKS_PER_TURN);
            }
        } catch (Throwable death) {
            LOG.log(System.Logger.Level.ERROR, "a poller failed; its connections are reset", death);
            counters.add(Counter.LOOPS_DIED, 1);
        } finally {
            ended = true;
            registrations.forEach(registration -> registration.owner.failed(-Errno.ECANCELED));
            mailbox.close();
            poller.close();
        }
    }

    /** Creates the gate at which the calling thread waits for this socket. */
    ReadinessGate gate(Pollable handle) {
        return new ReadinessGate(this, handle);
    }

    /**
     * Whether a gate gets every change (edge-triggered epoll). If not, it gets one event per
     * request, and each request wakes the poller's thread.
     */
    boolean tellsEveryChange() {
        return tellsEveryChange;
    }

    /** For gates, on the poller's thread. */
    Poller poller() {
        return poller;
    }

    /** Runs a gate's task on the poller's thread; false if that has ended. Any thread. */
    boolean run(Runnable task) {
        return mailbox.offer(task);
    }

    boolean ended() {
        return ended;
    }

    /** Ends the thread, when no thread is parked any more. */
    void stop() throws InterruptedException {
        mailbox.offer(() -> stopped = true);
        thread.join();
    }

    /** After {@link #stop}. */
    void release() {
        arena.close();
    }
}
