package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.IdlePolicy;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Never waits for sockets: reports all wanted events as ready, one registration after another, and
 * most tries end in EAGAIN. So a round costs a system call per connection, idle or not. After a
 * round without success the {@link IdlePolicy} decides what to do.
 */
public final class NonblockingPoller implements Poller {
    /**
     * About the shortest possible sleep: thread timers are up to 50 µs late (PR_SET_TIMERSLACK).
     */
    private static final long SHORTEST_NANOS = 50_000;
    /** Maximum delay of a response of an idle server. */
    private static final long LONGEST_NANOS = 2_000_000;

    private final RegistrationTable registrations;
    private final IdlePolicy idle;
    private @Nullable Registration[] watched = new Registration[64];
    private int size;
    /** The registration to try next. */
    private int next;
    /** Last registrations tried, with their events: one that is not drained had success. */
    private final @Nullable Registration[] tried = new Registration[ReadyList.MAX];

    private int triedCount;
    /** How many were checked, and how many of these tried, since the last success. */
    private int inVain;

    private int triedInVain;
    private long sleep = SHORTEST_NANOS;
    private volatile @Nullable Thread thread;
    private volatile boolean woken;

    public NonblockingPoller(PollerParts parts) {
        registrations = parts.registrations();
        idle = parts.idle();
    }

    @Override
    public void begin() {
        thread = Thread.currentThread();
    }

    @Override
    public long add(Registration registration) {
        if (size == watched.length) {
            watched = Arrays.copyOf(watched, size * 2);
        }
        registrations.add(registration);
        registration.index = size;
        watched[size++] = registration;
        return update(registration);
    }

    @Override
    public long update(Registration registration) {
        registration.armed = registration.wanted;
        beginRound();
        return 0;
    }

    @Override
    public void remove(Registration registration) {
        registrations.remove(registration);
        Registration last = watched[--size];
        if (last != null && last != registration) {
            watched[registration.index] = last;
            last.index = registration.index;
        }
        watched[size] = null;
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        if (someTryHadSuccess()) {
            beginRound();
            sleep = SHORTEST_NANOS;
        }
        // Checked before the wait: a later wake-up ends this park or the next one.
        boolean wakeUp = woken;
        woken = false;
        if (inVain >= size && !wakeUp && nanos > 0) {
            if (triedInVain == 0) {
                // No events are wanted of any socket, and that will not change by itself.
                LockSupport.parkNanos(this, nanos);
            } else {
                rest(nanos);
            }
            beginRound();
        }
        offer(ready);
    }

    private void beginRound() {
        inVain = 0;
        triedInVain = 0;
    }

    private boolean someTryHadSuccess() {
        boolean success = false;
        for (int i = 0; i < triedCount; i++) {
            Registration registration = tried[i];
            success |= registration != null && registration.sticky != 0;
            tried[i] = null;
        }
        triedCount = 0;
        return success;
    }

    private void rest(long nanos) {
        switch (idle) {
            case SPIN -> Thread.onSpinWait();
            case YIELD -> Thread.yield();
            case PARK -> {
                LockSupport.parkNanos(this, Math.min(nanos, sleep));
                sleep = Math.min(sleep * 2, LONGEST_NANOS);
            }
        }
    }

    /** Lists as many as there is room for; the others are first next time. */
    private void offer(ReadyList ready) {
        for (int i = size; i > 0 && !ready.isFull(); i--) {
            next = next < size ? next : 0;
            Registration registration = watched[next++];
            inVain++;
            if (registration == null || registration.wanted == 0) {
                continue;
            }
            int wanted = registration.wanted;
            registration.sticky = (wanted & CONNECT) != 0 ? WRITE : wanted;
            tried[triedCount++] = registration;
            triedInVain++;
            ready.add(registration, registration.sticky);
        }
    }

    @Override
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /** There is nothing to free. */
    @Override
    public void close() {}
}
