package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The owners of a ring's operations, each with a small number. The name of an operation consists of
 * this number and the kind of the operation.
 */
final class UringOwners {
    /** Bits of a name for the kind of the operation. */
    private static final int KIND_BITS = 3;

    private UringEngine.@Nullable Owner[] owners = new UringEngine.Owner[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;

    /** Assigns a number to an owner until {@link #remove}. */
    int add(UringEngine.Owner owner) {
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == owners.length) {
            owners = Arrays.copyOf(owners, slot * 2);
            free = Arrays.copyOf(free, slot * 2);
        }
        owners[slot] = owner;
        return slot;
    }

    /** Only if no operation of the owner is pending: then no result can reach a wrong owner. */
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
