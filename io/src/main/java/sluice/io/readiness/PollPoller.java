package sluice.io.readiness;

import sluice.io.loop.Wakeup;

/**
 * poll(2): the kernel is handed the whole array at every wait and looks at each socket in it, and
 * afterwards we look at each answer; so a wait costs as much as there are connections, idle or not.
 * It has no limit of its own and remembers nothing.
 */
public final class PollPoller implements Poller {
    private final RegistrationTable registrations;
    private final Wakeup wakeup = new Wakeup();
    private final PollSet set;
    /** Where the next look begins: at the first of those for whom the last list had no room. */
    private int next = 1;

    public PollPoller(PollerParts parts) {
        registrations = parts.registrations();
        set = new PollSet(parts.arena(), wakeup.descriptor());
    }

    @Override
    public long add(Registration registration) {
        registration.armed = registration.wanted;
        registrations.add(registration);
        set.add(registration);
        return 0;
    }

    @Override
    public long update(Registration registration) {
        registration.armed = registration.wanted;
        set.update(registration);
        return 0;
    }

    @Override
    public void remove(Registration registration) {
        set.remove(registration);
        registrations.remove(registration);
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        int left = set.poll(nanos);
        if (left > 0 && set.eventsAt(0) != 0) {
            wakeup.drain();
            left--;
        }
        int sockets = set.size() - 1;
        for (int i = 0; i < sockets && left > 0 && !ready.isFull(); i++) {
            int index = next < set.size() ? next : 1;
            next = index + 1;
            int events = set.eventsAt(index);
            if (events != 0) {
                left--;
                ready.add(set.at(index), events);
            }
        }
    }

    @Override
    public void wake() {
        wakeup.wake();
    }

    @Override
    public void close() {
        wakeup.close();
    }
}
