package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.EpollCalls;
import sluice.linux.Errno;
import sluice.linux.EventFd;
import sluice.linux.FileCalls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * epoll(7), level-triggered: the kernel keeps the set of sockets and a list of the ready ones, so a
 * wait costs nothing for the idle. Interest is told only when it changes.
 */
final class EpollPoller implements Poller {
    private static final long WAKE_NAME = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Slots slots;
    private final MemorySegment events;
    private final int epoll;
    private final int wakeup;
    private boolean closed;

    EpollPoller(Slots slots, Arena arena) {
        this.slots = slots;
        events = arena.allocate((long) ReadyList.MAX * EpollCalls.EVENT_SIZE, 8);
        epoll = check("epoll_create1", EpollCalls.create());
        wakeup = EventFd.create();
        int added = EpollCalls.control(
                epoll, EpollCalls.EPOLL_CTL_ADD, wakeup, EpollCalls.EPOLLIN, WAKE_NAME);
        if (added < 0) {
            close();
            check(wakeup < 0 ? "eventfd" : "epoll_ctl", wakeup < 0 ? wakeup : added);
        }
    }

    private static int check(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed: " + Errno.describe(result));
        }
        return result;
    }

    @Override
    public long add(Registration registration) {
        slots.add(registration);
        long result = control(EpollCalls.EPOLL_CTL_ADD, registration);
        if (result < 0) {
            slots.remove(registration);
        }
        return result;
    }

    @Override
    public long update(Registration registration) {
        return control(EpollCalls.EPOLL_CTL_MOD, registration);
    }

    private int control(int operation, Registration registration) {
        int wanted = registration.wanted;
        int mask = ((wanted & READ) != 0 ? EpollCalls.EPOLLIN : 0)
                | ((wanted & (WRITE | CONNECT)) != 0 ? EpollCalls.EPOLLOUT : 0);
        registration.armed = wanted;
        return EpollCalls.control(
                epoll, operation, registration.handle.descriptor(), mask, Slots.name(registration));
    }

    /** Closing the descriptor, which follows, takes it out of the kernel's set (epoll(7)). */
    @Override
    public void remove(Registration registration) {
        slots.remove(registration);
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        int count = EpollCalls.await(epoll, events.address(), ReadyList.MAX, millis(nanos));
        if (count < 0 && count != -Errno.EINTR) {
            check("epoll_wait", count);
        }
        for (int i = 0; i < count; i++) {
            long name = EpollCalls.dataAt(events, i);
            if (name == WAKE_NAME) {
                EventFd.drain(wakeup);
                continue;
            }
            @Nullable Registration registration = slots.find(name);
            if (registration != null) {
                ready.add(registration, eventsOf(EpollCalls.eventsAt(events, i)));
            }
        }
    }

    /** Rounded up: waking before a timer is due would be a wait for nothing. */
    private static int millis(long nanos) {
        if (nanos == Timers.NEVER) {
            return -1;
        }
        return (int) Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    private static int eventsOf(int mask) {
        int events = 0;
        if ((mask & EpollCalls.EPOLLIN) != 0) {
            events |= READ;
        }
        if ((mask & EpollCalls.EPOLLOUT) != 0) {
            events |= WRITE;
        }
        if ((mask & (EpollCalls.EPOLLERR | EpollCalls.EPOLLHUP)) != 0) {
            events |= BROKEN;
        }
        return events;
    }

    /** Under a lock, because after a close the number may be that of somebody's socket. */
    @Override
    public synchronized void wake() {
        if (!closed) {
            EventFd.signal(wakeup);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        FileCalls.close(wakeup);
        FileCalls.close(epoll);
    }
}
