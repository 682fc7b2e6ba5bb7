package sluice.io.readiness;

import java.util.ArrayDeque;

/**
 * Remembers ready sockets, for pollers that report a change only once: a socket stays ready until a
 * try returned EAGAIN ({@link Registration#drained}). Each ready connection is served once per
 * turn, no matter how many bytes it has.
 */
final class StickyReadiness {
    /** Each registration at most once; some may no longer be ready. */
    private final ArrayDeque<Registration> queue = new ArrayDeque<>();

    /** These events may be ready: the kernel reported them, or it is a guess. */
    void mark(Registration registration, int events) {
        registration.sticky |= events;
        enqueue(registration);
    }

    /** The wanted events changed. */
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

    /** Whether a registration is ready, so that the poller must not wait. */
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

    /** Lists the ready registrations, as far as there is room; the others are first next time. */
    void give(ReadyList ready) {
        for (int i = queue.size(); i > 0 && !ready.isFull(); i--) {
            Registration registration = queue.remove();
            int events = due(registration);
            if (events == 0) {
                registration.queued = false;
            } else {
                queue.add(registration);
                // Reported once: the owner then knows, and a try would not clear it.
                registration.sticky &= ~Poller.BROKEN;
                ready.add(registration, events);
            }
        }
    }
}
