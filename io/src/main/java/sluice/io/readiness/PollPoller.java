package sluice.io.readiness;

import sluice.io.loop.Wakeup;

/**
 * poll(2): every wait passes the whole array to the kernel, which checks each socket in it, and
 * then the loop checks each result. So the cost of a wait grows with the number of connections,
 * idle or not. poll(2) has no limit of descriptors and keeps no state.
 */
public final class PollPoller implements Poller {
    private final RegistrationTable registrations;
    private final Wakeup wakeup = new Wakeup();
    private final PollSet set;
    /** Where the next search starts: at the first entry that did not fit into the last list. */
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
