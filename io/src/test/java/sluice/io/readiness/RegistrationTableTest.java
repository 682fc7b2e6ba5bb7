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

class RegistrationTableTest {
    private final RegistrationTable registrations = new RegistrationTable();

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
        registrations.add(first);
        registrations.add(second);
        assertThat(registrations.find(RegistrationTable.name(first))).isSameAs(first);
        assertThat(registrations.find(RegistrationTable.name(second))).isSameAs(second);
        assertThat(registrations.find(RegistrationTable.name(second) + 1)).isNull();
        assertThat(registrations.find(-1)).isNull();
    }

    /** A number that nobody was given is one behind the last slot of a full table. */
    @Test
    void aNumberBehindAllSlotsFindsNobody() {
        for (int i = 0; i < 64; i++) {
            registrations.add(registration());
        }
        assertThat(registrations.find(64)).isNull();
    }

    @Test
    void anEventForAFormerOwnerOfASlotFindsNobody() {
        Registration former = registration();
        registrations.add(former);
        long stale = RegistrationTable.name(former);
        registrations.remove(former);
        assertThat(former.watched).isFalse();
        Registration next = registration();
        registrations.add(next);
        assertThat(next.slot).isEqualTo(former.slot);
        assertThat(registrations.find(stale)).isNull();
        assertThat(registrations.find(RegistrationTable.name(next))).isSameAs(next);
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
                registrations.add(added);
                live.add(added);
                assertThat(names.put(RegistrationTable.name(added), added)).isNull();
            } else {
                Registration gone = live.remove(random.nextInt(live.size()));
                stale.add(RegistrationTable.name(gone));
                names.remove(RegistrationTable.name(gone));
                registrations.remove(gone);
            }
        }
        names.forEach((name, registration) ->
                assertThat(registrations.find(name)).isSameAs(registration));
        assertThat(stale)
                .allSatisfy(name -> assertThat(registrations.find(name)).isNull());
    }

    @Test
    void whoIsCalledForEachMayRemoveAny() {
        List<Registration> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Registration added = registration();
            registrations.add(added);
            all.add(added);
        }
        List<Registration> seen = new ArrayList<>();
        registrations.forEach(registration -> {
            seen.add(registration);
            Registration other = all.get(99 - registration.slot);
            if (other.watched) {
                registrations.remove(other);
            }
        });
        assertThat(seen).hasSize(50).doesNotHaveDuplicates();
    }
}
