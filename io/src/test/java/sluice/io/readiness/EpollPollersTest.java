package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.IoResult;
import sluice.io.testing.Pair;
import sluice.io.testing.Watched;

/** The three ways in which epoll(7) tells of readiness. */
@ExtendWith(Watched.class)
class EpollPollersTest {
    @Test
    void levelTriggeredItTellsUntilAllIsTaken() {
        try (PollerRig rig = new PollerRig(EpollPoller::new);
                Pair pair = new Pair()) {
            Registration registration = rig.watch(pair);
            pair.send();
            assertThat(rig.look()).containsExactly(registration);
            assertThat(rig.look()).containsExactly(registration);
            assertThat(pair.take()).isEqualTo(1);
            assertThat(rig.look()).isEmpty();
        }
    }

    @Test
    void oneShotItTellsOnceUntilArmedAgain() {
        try (PollerRig rig = new PollerRig(EpollOneshotPoller::new);
                Pair pair = new Pair()) {
            Registration registration = rig.watch(pair);
            pair.send();
            assertThat(rig.look()).containsExactly(registration);
            assertThat(registration.armed).isZero();
            assertThat(rig.look()).isEmpty();
            rig.want(registration, Poller.READ);
            assertThat(rig.look()).containsExactly(registration);
        }
    }

    @Test
    void edgeTriggeredWhoHasMoreIsServedEveryTurnUntilEagain() {
        try (PollerRig rig = new PollerRig(EpollEdgePoller::new);
                Pair pair = new Pair()) {
            Registration registration = rig.watch(pair);
            pair.send();
            assertThat(rig.look()).containsExactly(registration);
            // Nothing new came, and nothing is waited for.
            assertThat(rig.await()).containsExactly(registration);
            assertThat(pair.take()).isEqualTo(1);
            assertThat(pair.take()).isEqualTo(IoResult.AGAIN);
            registration.drained(Poller.READ);
            assertThat(rig.look()).isEmpty();
            pair.send();
            assertThat(rig.await()).containsExactly(registration);
        }
    }

    @Test
    void edgeTriggeredWhoAlwaysHasMoreStarvesNobody() {
        try (PollerRig rig = new PollerRig(EpollEdgePoller::new);
                Pair greedy = new Pair();
                Pair modest = new Pair()) {
            Registration always = rig.watch(greedy);
            Registration once = rig.watch(modest);
            greedy.send();
            assertThat(rig.look()).containsExactly(always);
            modest.send();
            assertThat(rig.look()).containsExactly(always, once);
            once.drained(Poller.READ);
            assertThat(rig.look()).containsExactly(always);
        }
    }

    @Test
    void edgeTriggeredWhatCameWhileNobodyWantedItIsToldWhenItIsWanted() {
        try (PollerRig rig = new PollerRig(EpollEdgePoller::new);
                Pair pair = new Pair()) {
            Registration registration = rig.watch(pair);
            rig.want(registration, 0);
            pair.send();
            assertThat(rig.look()).isEmpty();
            rig.want(registration, Poller.READ);
            assertThat(rig.await()).containsExactly(registration);
        }
    }
}
