package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Things of one loop that are costly to make: made when first needed, kept for ever, never more
 * than the limit. Used on the loop's thread only.
 */
public final class Pool<T> {
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private final Supplier<T> maker;
    private final int limit;
    private int made;

    Pool(int limit, Supplier<T> maker) {
        this.limit = limit;
        this.maker = maker;
    }

    /**
     * One to be given back, or null when all are in use. The last one given comes first: it is
     * warm.
     */
    public @Nullable T take() {
        T thing = free.pollFirst();
        if (thing == null && made < limit) {
            thing = maker.get();
            made++;
        }
        return thing;
    }

    /** Gives back what {@link #take} returned. */
    public void give(T thing) {
        free.addFirst(thing);
    }

    /** How many are out now: 0 when every connection is idle or closed. */
    public int inUse() {
        return made - free.size();
    }
}
