package sluice.io.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.Pollable;

import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class SlotsTest {
    private final Slots slots = new Slots();

    private static Registration registration() {
        Pollable handle = new Pollable() {
            @Override
            public int descriptor() {
                return -1;
            }

            @Override
            public SelectableChannel channel() {
                throw new IllegalStateException("none");
            }
        };
        Registration.Owner owner = new Registration.Owner() {
            @Override
            public void ready(int events) {}

            @Override
            public void failed(long result) {}
        };
        return new Registration(handle, owner, Poller.READ);
    }

    @Test
    void aNameFindsItsRegistrationAndNoOther() {
        Registration first = registration();
        Registration second = registration();
        slots.add(first);
        slots.add(second);
        assertThat(slots.find(Slots.name(first))).isSameAs(first);
        assertThat(slots.find(Slots.name(second))).isSameAs(second);
        assertThat(slots.find(Slots.name(second) + 1)).isNull();
        assertThat(slots.find(-1)).isNull();
    }

    @Test
    void anEventForAFormerOwnerOfASlotFindsNobody() {
        Registration former = registration();
        slots.add(former);
        long stale = Slots.name(former);
        slots.remove(former);
        assertThat(former.watched).isFalse();
        Registration next = registration();
        slots.add(next);
        assertThat(next.slot).isEqualTo(former.slot);
        assertThat(slots.find(stale)).isNull();
        assertThat(slots.find(Slots.name(next))).isSameAs(next);
    }

    @Test
    void namesStayRightWhileThousandsComeAndGo() {
        Random random = new Random(1);
        List<Registration> live = new ArrayList<>();
        Map<Long, Registration> names = new HashMap<>();
        List<Long> stale = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (live.isEmpty() || random.nextInt(5) < 3) {
                Registration added = registration();
                slots.add(added);
                live.add(added);
                assertThat(names.put(Slots.name(added), added)).isNull();
            } else {
                Registration gone = live.remove(random.nextInt(live.size()));
                stale.add(Slots.name(gone));
                names.remove(Slots.name(gone));
                slots.remove(gone);
            }
        }
        names.forEach((name, registration) -> assertThat(slots.find(name)).isSameAs(registration));
        assertThat(stale).allSatisfy(name -> assertThat(slots.find(name)).isNull());
    }

    @Test
    void whoIsCalledForEachMayRemoveAny() {
        List<Registration> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Registration added = registration();
            slots.add(added);
            all.add(added);
        }
        List<Registration> seen = new ArrayList<>();
        slots.forEach(registration -> {
            seen.add(registration);
            Registration other = all.get(99 - registration.slot);
            if (other.watched) {
                slots.remove(other);
            }
        });
        assertThat(seen).hasSize(50).doesNotHaveDuplicates();
    }
}
