package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Timers;
import sluice.io.loop.Wakeup;
import sluice.linux.EpollCalls;
import sluice.linux.Errno;
import sluice.linux.FileCalls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An epoll(7) instance, shared code of the three models that use it. The kernel keeps the set of
 * sockets and a list of the ready ones, so idle sockets cost nothing in a wait.
 */
final class EpollSet {
    private static final long WAKE_NAME = -1;

    private final RegistrationTable registrations;
    private final MemorySegment events;
    private final int epoll;
    private final Wakeup wakeup;

    EpollSet(RegistrationTable registrations, Arena arena) {
        this.registrations = registrations;
        events = arena.allocate((long) ReadyList.MAX * EpollCalls.EVENT_SIZE, 8);
        epoll = check("epoll_create1", EpollCalls.create());
        try {
            wakeup = new Wakeup();
        } catch (RuntimeException e) {
            FileCalls.close(epoll);
            throw e;
        }
        int added = EpollCalls.control(
                epoll,
                EpollCalls.EPOLL_CTL_ADD,
                wakeup.descriptor(),
                EpollCalls.EPOLLIN,
                WAKE_NAME);
        if (added < 0) {
            close();
            check("epoll_ctl", added);
        }
    }

    private static int check(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed: " + Errno.describe(result));
        }
        return result;
    }

    /** Adds a registration with these EPOLL flags; 0 or {@code -errno}. */
    long add(Registration registration, int mask) {
        registrations.add(registration);
        long result = control(EpollCalls.EPOLL_CTL_ADD, registration, mask);
        if (result < 0) {
            registrations.remove(registration);
        }
        return result;
    }

    /** Changes the flags, or arms again; 0 or {@code -errno}. */
    long change(Registration registration, int mask) {
        return control(EpollCalls.EPOLL_CTL_MOD, registration, mask);
    }

    private int control(int operation, Registration registration, int mask) {
        return EpollCalls.control(
                epoll,
                operation,
                registration.handle.descriptor(),
                mask,
                RegistrationTable.name(registration));
    }

    /** Makes no call: the close that follows removes the descriptor from the set (epoll(7)). */
    void remove(Registration registration) {
        registrations.remove(registration);
    }

    /** {@link Poller#await}: waits, and lists the registrations with their events. */
    void await(long nanos, ReadyList ready) {
        int millis = Timers.millis(nanos);
        int count = EpollCalls.await(epoll, events.address(), ReadyList.MAX, millis);
        if (count != -Errno.EINTR) {
            check("epoll_wait", count);
        }
        for (int i = 0; i < count; i++) {
            Registration registration = at(i);
            if (registration != null) {
                ready.add(registration, eventsAt(i));
            }
        }
    }

    /** The registration of an event; null for a wake-up, or if the registration is gone. */
    private @Nullable Registration at(int index) {
        long name = EpollCalls.dataAt(events, index);
        if (name == WAKE_NAME) {
            wakeup.drain();
            return null;
        }
        return registrations.find(name);
    }

    private int eventsAt(int index) {
        int mask = EpollCalls.eventsAt(events, index);
        int broken = EpollCalls.EPOLLERR | EpollCalls.EPOLLHUP;
        return ((mask & EpollCalls.EPOLLIN) != 0 ? Poller.READ : 0)
                | ((mask & EpollCalls.EPOLLOUT) != 0 ? Poller.WRITE : 0)
                | ((mask & broken) != 0 ? Poller.BROKEN : 0);
    }

    /** EPOLL flags for the wanted events. */
    static int mask(int wanted) {
        return ((wanted & Poller.READ) != 0 ? EpollCalls.EPOLLIN : 0)
                | ((wanted & (Poller.WRITE | Poller.CONNECT)) != 0 ? EpollCalls.EPOLLOUT : 0);
    }

    void wake() {
        wakeup.wake();
    }

    void close() {
        wakeup.close();
        FileCalls.close(epoll);
    }
}
