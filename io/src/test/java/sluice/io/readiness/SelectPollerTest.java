package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.Counter;
import sluice.io.testing.Logs;
import sluice.io.testing.Pair;
import sluice.io.testing.Watched;
import sluice.linux.Errno;
import sluice.linux.SelectCalls;

/** select(2) and its 1024 descriptors. */
@ExtendWith(Watched.class)
class SelectPollerTest {
    @Test
    void aDescriptorBeyondTheSetIsRefusedCountedAndTold() {
        try (PollerRig rig = new PollerRig(SelectPoller::new);
                Pair low = new Pair();
                Pair high = new Pair().lift(SelectCalls.FD_SETSIZE)) {
            Registration watched = rig.watch(low);
            assertThat(rig.poller.add(PollerRig.registration(high))).isEqualTo(-Errno.EMFILE);
            assertThat(rig.counters.get(Counter.BEYOND_SELECT)).isEqualTo(1);
            assertThat(Logs.take())
                    .singleElement()
                    .asString()
                    .contains("refused", "select(2) cannot watch descriptor ", "--model poll");
            low.send();
            assertThat(rig.await()).containsExactly(watched);
        }
    }

    @Test
    void theHighestDescriptorOfTheSetIsWatched() {
        try (PollerRig rig = new PollerRig(SelectPoller::new);
                Pair pair = new Pair().lift(SelectCalls.FD_SETSIZE - 1)) {
            Registration registration = rig.watch(pair);
            assertThat(registration.handle.descriptor()).isEqualTo(SelectCalls.FD_SETSIZE - 1);
            pair.send();
            assertThat(rig.await()).containsExactly(registration);
            rig.poller.remove(registration);
        }
    }

    @Test
    void whatIsRemovedMayBeClosedWithoutFailingTheOthers() {
        try (PollerRig rig = new PollerRig(SelectPoller::new);
                Pair stays = new Pair()) {
            Registration watched = rig.watch(stays);
            try (Pair goes = new Pair().lift(500)) {
                Registration removed = rig.watch(goes);
                removed.wanted = Poller.READ | Poller.WRITE;
                rig.poller.update(removed);
                rig.poller.remove(removed);
            }
            stays.send();
            assertThat(rig.await()).containsExactly(watched);
        }
    }
}
