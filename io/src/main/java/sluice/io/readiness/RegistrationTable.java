package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The registrations of a loop: assigns each a small number that the kernel returns with its events,
 * and a generation, so that an event for the former owner of a number is recognised.
 */
public final class RegistrationTable {
    private @Nullable Registration[] table = new Registration[64];
    private int[] generations = new int[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;

    void add(Registration registration) {
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == table.length) {
            table = Arrays.copyOf(table, slot * 2);
            generations = Arrays.copyOf(generations, slot * 2);
            free = Arrays.copyOf(free, slot * 2);
        }
        table[slot] = registration;
        registration.slot = slot;
        registration.watched = true;
        registration.generation = ++generations[slot];
    }

    void remove(Registration registration) {
        registration.watched = false;
        table[registration.slot] = null;
        free[freeCount++] = registration.slot;
    }

    /** The number for the kernel: generation and slot. */
    static long name(Registration registration) {
        return (long) registration.generation << 32 | registration.slot;
    }

    /** The registration of a number, or null if it is gone. */
    @Nullable
    Registration find(long name) {
        int slot = (int) name;
        Registration registration = slot >= 0 && slot < used ? table[slot] : null;
        boolean same = registration != null && registration.generation == (int) (name >>> 32);
        return same ? registration : null;
    }

    /** Calls the action for each registration; the action may remove any of them. */
    public void forEach(Consumer<Registration> action) {
        for (Registration registration : table.clone()) {
            if (registration != null && registration.watched) {
                action.accept(registration);
            }
        }
    }
}
