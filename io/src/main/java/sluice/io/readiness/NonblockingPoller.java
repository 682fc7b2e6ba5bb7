package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.IdlePolicy;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * No waiting at all: whatever somebody wants is said to be ready, each in turn, and most tries end
 * in EAGAIN. So a round costs a system call per connection, idle or not. What to do after a round
 * in vain is the {@link IdlePolicy}.
 */
public final class NonblockingPoller implements Poller {
    /** About the shortest sleep there is: timers of threads are 50 µs late (PR_SET_TIMERSLACK). */
    private static final long SHORTEST_NANOS = 50_000;
    /** What a quiet server answers late by, at most. */
    private static final long LONGEST_NANOS = 2_000_000;

    private final RegistrationTable registrations;
    private final IdlePolicy idle;
    private @Nullable Registration[] watched = new Registration[64];
    private int size;
    /** Who is tried next. */
    private int next;
    /** Who was tried last, and what for: when it comes back undrained, there was something. */
    private final @Nullable Registration[] tried = new Registration[ReadyList.MAX];

    private int triedCount;
    /** How many were looked at, and how many of these tried, since a try had success. */
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
        // Before the wait: a wake-up that comes after this look ends this park or the next.
        boolean wakeUp = woken;
        woken = false;
        if (inVain >= size && !wakeUp && nanos > 0) {
            if (triedInVain == 0) {
                // Nobody wants anything of any socket, and that will not change by itself.
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

    /** As many as there is room for; the others come first next time. */
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

    /** Nothing is held. */
    @Override
    public void close() {}
}
