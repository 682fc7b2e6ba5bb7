package sluice.io.readiness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import sluice.io.Counters;
import sluice.io.IdlePolicy;
import sluice.io.SparseLog;
import sluice.io.Timers;
import sluice.io.testing.Pair;
import sluice.linux.Linux;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A poller without a loop: the test's thread is the loop's. */
final class PollerRig implements AutoCloseable {
    final Counters counters = new Counters();
    final Poller poller;
    private final Arena arena = Arena.ofShared();
    private final ReadyList ready = new ReadyList();

    PollerRig(Function<PollerParts, Poller> maker) {
        this(maker, IdlePolicy.PARK);
    }

    PollerRig(Function<PollerParts, Poller> maker, IdlePolicy idle) {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        SparseLog overload = new SparseLog(System::nanoTime);
        poller = maker.apply(
                new PollerParts(new RegistrationTable(), arena, counters, overload, idle));
        poller.begin();
    }

    /** Watches a pair's end for bytes. */
    Registration watch(Pair pair) {
        Registration registration = registration(pair);
        long result = poller.add(registration);
        if (result < 0) {
            throw new IllegalStateException("cannot be watched: " + result);
        }
        return registration;
    }

    static Registration registration(Pair pair) {
        return new Registration(pair.socket(), new Nobody(), Poller.READ);
    }

    private static final class Nobody implements Registration.Owner {
        @Override
        public void ready(int events) {
            throw new IllegalStateException("nobody dispatches");
        }

        @Override
        public void failed(long result) {
            throw new IllegalStateException("nobody dispatches");
        }
    }

    /** One wait, as long as it takes; who is ready, in order. */
    List<Registration> await() {
        return await(Timers.NEVER);
    }

    /** One look. */
    List<Registration> look() {
        return await(0);
    }

    private List<Registration> await(long nanos) {
        poller.await(nanos, ready);
        List<Registration> list = new ArrayList<>();
        for (int i = 0; i < ready.size(); i++) {
            list.add(ready.get(i));
        }
        ready.clear();
        return list;
    }

    /** What a loop does when the owner wants something else, or has been disarmed. */
    void want(Registration registration, int events) {
        registration.wanted = events;
        if (registration.wanted != registration.armed) {
            poller.update(registration);
        }
    }

    @Override
    public void close() {
        poller.close();
        arena.close();
    }
}
