package sluice.io.readiness;

import sluice.linux.EpollCalls;

import java.lang.foreign.Arena;

/**
 * epoll(7) with EPOLLET for threads that park: it reports each change once, regardless of the
 * wanted events, because a thread tries before it parks and remembers the result. An update asks
 * the kernel for the current state.
 */
public final class ChangePoller implements Poller {
    private static final int EVERYTHING =
            EpollCalls.EPOLLIN | EpollCalls.EPOLLOUT | EpollCalls.EPOLLET;

    private final EpollSet set;

    public ChangePoller(RegistrationTable registrations, Arena arena) {
        set = new EpollSet(registrations, arena);
    }

    @Override
    public long add(Registration registration) {
        return set.add(registration, EVERYTHING);
    }

    @Override
    public long update(Registration registration) {
        return set.change(registration, EVERYTHING);
    }

    @Override
    public void remove(Registration registration) {
        set.remove(registration);
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        set.await(nanos, ready);
    }

    @Override
    public void wake() {
        set.wake();
    }

    @Override
    public void close() {
        set.close();
    }
}
