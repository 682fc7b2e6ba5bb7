package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Looks at a readiness loop from inside. */
final class Turns {
    /** Each question costs the loop one turn, and one more when it comes while the loop works. */
    private static final int QUESTIONS = 50;

    private static final int SPARE_TURNS = 20;

    private Turns() {}

    /** A loop that waits turns only when asked; one that spins turns thousands of times. */
    static void assertWaits(EventLoop eventLoop) {
        if (eventLoop instanceof ReadinessLoop loop) {
            long before = TestServer.ask(loop, loop::turn);
            for (int i = 0; i < QUESTIONS; i++) {
                TestServer.ask(loop, loop::turn);
            }
            long turns = TestServer.ask(loop, loop::turn) - before;
            assertThat(turns).as("turns").isLessThanOrEqualTo(2 * QUESTIONS + SPARE_TURNS);
        }
    }

    /** What the poller watches connections for. */
    static List<Integer> watched(ReadinessLoop loop) {
        return TestServer.ask(loop, () -> {
            List<Integer> watched = new ArrayList<>();
            loop.slots().forEach(registration -> {
                if (registration.owner instanceof Endpoint) {
                    watched.add(registration.armed);
                }
            });
            return watched;
        });
    }

    static void awaitWatched(EventLoop loop, Integer... expected) {
        Await.until("interest", () -> watched((ReadinessLoop) loop).equals(List.of(expected)));
    }
}
