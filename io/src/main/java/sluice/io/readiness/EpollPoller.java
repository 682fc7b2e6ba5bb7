package sluice.io.readiness;

/** epoll(7), level-triggered: the loop calls epoll_ctl only when the wanted events change. */
public final class EpollPoller implements Poller {
    private final EpollSet set;

    public EpollPoller(PollerParts parts) {
        set = new EpollSet(parts.registrations(), parts.arena());
    }

    /** A connection that ends in its first turn then needs no epoll_ctl. */
    @Override
    public boolean addsLater() {
        return true;
    }

    @Override
    public long add(Registration registration) {
        registration.armed = registration.wanted;
        return set.add(registration, EpollSet.mask(registration.wanted));
    }

    @Override
    public long update(Registration registration) {
        registration.armed = registration.wanted;
        return set.change(registration, EpollSet.mask(registration.wanted));
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
