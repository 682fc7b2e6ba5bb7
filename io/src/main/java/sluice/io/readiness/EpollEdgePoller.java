package sluice.io.readiness;

import sluice.linux.EpollCalls;

/**
 * epoll(7) with EPOLLET: the loop registers a socket once for all events, and an event reports a
 * change, not a state. So a change of the wanted events costs no system call, but receives and
 * sends must be repeated until EAGAIN. Repeating them without a pause would starve other
 * connections, so {@link StickyReadiness} spreads them over turns.
 */
public final class EpollEdgePoller implements Poller {
    private static final int EVERYTHING =
            EpollCalls.EPOLLIN | EpollCalls.EPOLLOUT | EpollCalls.EPOLLET;

    private final StickyReadiness sticky = new StickyReadiness();
    private final ReadyList told = new ReadyList();
    private final EpollSet set;

    public EpollEdgePoller(PollerParts parts) {
        set = new EpollSet(parts.registrations(), parts.arena());
    }

    /** The kernel reports a socket that is ready already, too (epoll(7)). */
    @Override
    public long add(Registration registration) {
        registration.armed = registration.wanted;
        return set.add(registration, EVERYTHING);
    }

    @Override
    public long update(Registration registration) {
        sticky.interestChanged(registration);
        return 0;
    }

    @Override
    public void remove(Registration registration) {
        set.remove(registration);
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        set.await(sticky.any() ? 0 : nanos, told);
        for (int i = 0; i < told.size(); i++) {
            Registration registration = told.get(i);
            boolean broken = (registration.events & BROKEN) != 0;
            sticky.mark(registration, broken ? READ | WRITE | BROKEN : registration.events);
        }
        told.clear();
        sticky.give(ready);
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
