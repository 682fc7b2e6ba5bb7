package sluice.io.readiness;

import sluice.linux.EpollCalls;

/**
 * epoll(7) with EPOLLET: a socket is told to the kernel once, for everything, and an event means
 * that something has changed, not how it is. So interest costs no system call, but each receive
 * and send must be repeated until EAGAIN; who does that in one go starves all others, so it is
 * spread over turns by {@link StickyReadiness}.
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

    /** What is ready already is an event, too (epoll(7)). */
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
