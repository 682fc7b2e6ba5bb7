package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Who began the operations of a ring, each with a small number, and the names that their operations
 * carry: that number, and which of its owner's operations it is.
 */
final class UringOwners {
    /** Bits of a name that say which of its owner's operations it is. */
    private static final int KIND_BITS = 3;

    private UringEngine.@Nullable Owner[] owners = new UringEngine.Owner[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;

    /** Gives an owner a number, its own until {@link #remove}. */
    int add(UringEngine.Owner owner) {
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == owners.length) {
            owners = Arrays.copyOf(owners, slot * 2);
            free = Arrays.copyOf(free, slot * 2);
        }
        owners[slot] = owner;
        return slot;
    }

    /** Only when no operation of its is outstanding: then no result can go astray. */
    void remove(int slot) {
        owners[slot] = null;
        free[freeCount++] = slot;
    }

    static long name(int slot, int kind) {
        return (long) slot << KIND_BITS | kind;
    }

    UringEngine.@Nullable Owner of(long name) {
        return owners[(int) (name >> KIND_BITS)];
    }

    static int kind(long name) {
        return (int) name & (1 << KIND_BITS) - 1;
    }
}
