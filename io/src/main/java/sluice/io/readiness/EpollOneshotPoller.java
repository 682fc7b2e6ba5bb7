package sluice.io.readiness;

import sluice.linux.EpollCalls;

/**
 * epoll(7) with EPOLLONESHOT: an event disarms its socket, and the kernel reports nothing more
 * about it, not even errors, until it is armed again. So several threads can wait on one set, and
 * none gets a socket that another handles. A loop with one thread pays an epoll_ctl per event for
 * no benefit.
 */
public final class EpollOneshotPoller implements Poller {
    private final EpollSet set;

    public EpollOneshotPoller(PollerParts parts) {
        set = new EpollSet(parts.registrations(), parts.arena());
    }

    private static int mask(Registration registration) {
        registration.armed = registration.wanted;
        return EpollSet.mask(registration.wanted) | EpollCalls.EPOLLONESHOT;
    }

    @Override
    public long add(Registration registration) {
        return set.add(registration, mask(registration));
    }

    @Override
    public long update(Registration registration) {
        return set.change(registration, mask(registration));
    }

    @Override
    public void remove(Registration registration) {
        set.remove(registration);
    }

    /** The event has disarmed the socket: the loop arms it again before it waits. */
    @Override
    public void await(long nanos, ReadyList ready) {
        set.await(nanos, ready);
        for (int i = 0; i < ready.size(); i++) {
            ready.get(i).armed = 0;
        }
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
