package sluice.io.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.loop.Acceptor.Next;

/** How many clients are accepted in a turn. */
final class AcceptBatchTest {
    private final AcceptBatch batch = new AcceptBatch();

    /** One batch while that many clients wait; returns the calls that it took. */
    private int callsFor(int clients) {
        int tries = batch.begin();
        int taken = Math.min(tries, clients);
        for (int i = 0; i < taken; i++) {
            batch.accepted();
        }
        batch.end(taken < tries ? Next.WAIT : Next.MORE);
        return Math.min(tries, taken + 1);
    }

    @Test
    void ofSingleClientsOnlyEveryFifthCostsACallThatFails() {
        int calls = 0;
        for (int i = 0; i < 100; i++) {
            calls += callsFor(1);
        }
        assertThat(calls).isEqualTo(120);
    }

    @Test
    void aFloodMakesTheBatchLargerUpToItsLimit() {
        for (int i = 0; i < 6 * AcceptBatch.FULL_BEFORE_MORE; i++) {
            callsFor(1_000);
        }
        assertThat(batch.begin()).isEqualTo(AcceptBatch.MAX);
        batch.end(Next.MORE);
        assertThat(callsFor(1_000)).isEqualTo(AcceptBatch.MAX);
    }

    @Test
    void afterAFloodOneBatchMakesItSmallAgain() {
        batch.beginLargest();
        assertThat(callsFor(0)).isEqualTo(1);
        assertThat(batch.begin()).isEqualTo(1);
    }

    @Test
    void aListenerThatReportsItsClientsOnceIsAskedUntilItHasNoMore() {
        assertThat(batch.beginLargest()).isEqualTo(AcceptBatch.MAX);
    }
}
