package sluice.io.testing;

import sluice.io.EventLoop;
import sluice.io.Model;
import sluice.io.loop.SharedLoop;
import sluice.io.readiness.Endpoint;
import sluice.io.readiness.ReadinessEngine;

import java.util.ArrayList;
import java.util.List;

/** Looks at a readiness loop from inside. */
public final class Turns {
    /** Each question costs the loop one turn, and one more when it comes while the loop works. */
    private static final int QUESTIONS = 50;

    private static final int SPARE_TURNS = 20;

    private Turns() {}

    /**
     * A loop that waits turns only when asked; one that spins turns thousands of times. Calls that
     * were begun may end meanwhile and cost turns, but not for long.
     */
    public static void assertWaits(EventLoop eventLoop) {
        // One model turns all the time, by design.
        if (eventLoop instanceof SharedLoop loop && loop.model() != Model.NONBLOCKING) {
            Await.until("few turns", () -> turns(loop) <= 2 * QUESTIONS + SPARE_TURNS);
        }
    }

    private static long turns(SharedLoop loop) {
        long before = TestServer.ask(loop, loop::turn);
        for (int i = 0; i < QUESTIONS; i++) {
            TestServer.ask(loop, loop::turn);
        }
        return TestServer.ask(loop, loop::turn) - before;
    }

    /** What the poller watches connections for. */
    private static List<Integer> watched(SharedLoop loop, ReadinessEngine engine) {
        return TestServer.ask(loop, () -> {
            List<Integer> watched = new ArrayList<>();
            engine.registrations().forEach(registration -> {
                if (registration.owner instanceof Endpoint) {
                    watched.add(registration.armed);
                }
            });
            return watched;
        });
    }

    /** Waits until the poller watches for just that; other engines ask nothing of the kind. */
    public static void awaitWatched(EventLoop loop, Integer... expected) {
        SharedLoop shared = (SharedLoop) loop;
        if (shared.engine() instanceof ReadinessEngine engine) {
            Await.until("interest", () -> watched(shared, engine).equals(List.of(expected)));
        }
    }
}
