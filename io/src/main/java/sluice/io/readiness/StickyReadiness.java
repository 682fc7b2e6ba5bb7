package sluice.io.readiness;

import java.util.ArrayDeque;

/**
 * What is still ready, for pollers that are told of a change only once: a socket stays ready until
 * a try to use it said EAGAIN ({@link Registration#drained}). Who has more to take is served once
 * per turn, in turn with all others, however much it has.
 */
final class StickyReadiness {
    /** Each at most once; some may have nothing to do by now. */
    private final ArrayDeque<Registration> queue = new ArrayDeque<>();

    /** The kernel says, or we guess, that these events are possible. */
    void mark(Registration registration, int events) {
        registration.sticky |= events;
        enqueue(registration);
    }

    /** The owner wants something else. */
    void interestChanged(Registration registration) {
        registration.armed = registration.wanted;
        enqueue(registration);
    }

    private void enqueue(Registration registration) {
        if (!registration.queued && due(registration) != 0) {
            registration.queued = true;
            queue.add(registration);
        }
    }

    private static int due(Registration registration) {
        if (!registration.watched) {
            return 0;
        }
        int wanted = registration.wanted;
        int tries = (wanted & Poller.CONNECT) != 0 ? Poller.WRITE : wanted;
        return registration.sticky & (tries | Poller.BROKEN);
    }

    /** Whether somebody can go on at once, so that nothing is to be waited for. */
    boolean any() {
        for (Registration first = queue.peek(); first != null; first = queue.peek()) {
            if (due(first) != 0) {
                return true;
            }
            first.queued = false;
            queue.remove();
        }
        return false;
    }

    /** Hands out all who can go on, as far as there is room; the others come first next time. */
    void give(ReadyList ready) {
        for (int i = queue.size(); i > 0 && !ready.isFull(); i--) {
            Registration registration = queue.remove();
            int events = due(registration);
            if (events == 0) {
                registration.queued = false;
            } else {
                queue.add(registration);
                // Said once: its owner knows then, and a try would not take it back.
                registration.sticky &= ~Poller.BROKEN;
                ready.add(registration, events);
            }
        }
    }
}
