package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.IdlePolicy;
import sluice.io.testing.Await;
import sluice.io.testing.Pair;
import sluice.io.testing.Watched;

/** Trying everybody in turn. */
@ExtendWith(Watched.class)
class NonblockingPollerTest {
    @ParameterizedTest
    @EnumSource(IdlePolicy.class)
    void everybodyIsTriedForWhatIsWantedAndOnlyThat(IdlePolicy idle) {
        try (PollerRig rig = new PollerRig(NonblockingPoller::new, idle);
                Pair first = new Pair();
                Pair second = new Pair();
                Pair third = new Pair()) {
            Registration one = rig.watch(first);
            Registration two = rig.watch(second);
            Registration three = rig.watch(third);
            rig.want(two, 0);
            for (int i = 0; i < 10; i++) {
                assertThat(rig.await()).containsExactlyInAnyOrder(one, three);
                assertThat(one.events).isEqualTo(Poller.READ);
                one.drained(Poller.READ);
                three.drained(Poller.READ);
            }
        }
    }

    /** For ever, if the wake-up were lost: there is nobody to try. */
    @Test
    void aThreadThatHasNobodyToTryIsWoken() throws Exception {
        try (PollerRig rig = new PollerRig(NonblockingPoller::new, IdlePolicy.SPIN)) {
            Thread loop = Thread.ofPlatform().start(() -> {
                rig.poller.begin();
                rig.await();
            });
            Await.until("it rests", () -> loop.getState() == Thread.State.TIMED_WAITING);
            rig.poller.wake();
            loop.join();
        }
    }

    @Test
    void aWakeUpBeforeTheWaitIsNotLost() {
        try (PollerRig rig = new PollerRig(NonblockingPoller::new)) {
            rig.poller.wake();
            assertThat(rig.await()).isEmpty();
        }
    }
}
