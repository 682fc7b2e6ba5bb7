package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.testing.Pair;
import sluice.io.testing.Watched;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** poll(2) and the array it is given. */
@ExtendWith(Watched.class)
class PollPollerTest {
    @Test
    void whoTakesTheLastOnesPlaceIsStillWatchedForWhatWasTold() {
        try (PollerRig rig = new PollerRig(PollPoller::new);
                Pair first = new Pair();
                Pair last = new Pair()) {
            Registration goes = rig.watch(first);
            Registration moves = rig.watch(last);
            // Between two waits the owner changes its mind, and back: the poller is not told.
            moves.wanted = 0;
            rig.poller.remove(goes);
            moves.wanted = Poller.READ;
            last.send();
            assertThat(rig.look()).containsExactly(moves);
        }
    }

    @Test
    void moreThanOneListHoldsAreServedInTurn() {
        int count = ReadyList.MAX + 100;
        List<Pair> pairs = new ArrayList<>();
        try (PollerRig rig = new PollerRig(PollPoller::new)) {
            for (int i = 0; i < count; i++) {
                Pair pair = new Pair();
                pairs.add(pair);
                rig.watch(pair);
                pair.send();
            }
            Set<Registration> served = new HashSet<>(rig.look());
            assertThat(served).hasSize(ReadyList.MAX);
            served.addAll(rig.look());
            assertThat(served).hasSize(count);
        } finally {
            pairs.forEach(Pair::close);
        }
    }

    @Test
    void aWakeUpEndsTheNextWaitAndOnlyThat() {
        try (PollerRig rig = new PollerRig(PollPoller::new);
                Pair pair = new Pair()) {
            Registration registration = rig.watch(pair);
            rig.poller.wake();
            assertThat(rig.await()).isEmpty();
            pair.send();
            assertThat(rig.await()).containsExactly(registration);
        }
    }
}
