package sluice.io.readiness;

import sluice.linux.EpollCalls;

/**
 * epoll(7) with EPOLLONESHOT: an event disarms its socket, and the kernel says nothing more of it,
 * not even that it broke, until it is armed again. So several threads may wait on one set and none
 * gets what another works on; a loop of one thread pays an epoll_ctl per event for nothing.
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

    /** The loop sees that nothing is armed any more, and tells what is wanted before it waits. */
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
