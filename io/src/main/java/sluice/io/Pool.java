package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Things of one loop that are costly to make: made when first needed, kept for ever, never more
 * than the limit. Used on the loop's thread only, unless made {@link #shared}.
 */
public final class Pool<T> {
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private final Supplier<T> maker;
    private final int limit;
    private final @Nullable Lock lock;
    private int made;

    Pool(int limit, Supplier<T> maker) {
        this(limit, maker, null);
    }

    private Pool(int limit, Supplier<T> maker, @Nullable Lock lock) {
        this.limit = limit;
        this.maker = maker;
        this.lock = lock;
    }

    /** A pool for any thread. */
    public static <T> Pool<T> shared(int limit, Supplier<T> maker) {
        return new Pool<>(limit, maker, new ReentrantLock());
    }

    /**
     * One to be given back, or null when all are in use. The last one given comes first: it is
     * warm.
     */
    public @Nullable T take() {
        if (lock == null) {
            return takeFree();
        }
        lock.lock();
        try {
            return takeFree();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable T takeFree() {
        T thing = free.pollFirst();
        if (thing == null && made < limit) {
            thing = maker.get();
            made++;
        }
        return thing;
    }

    /** Gives back what {@link #take} returned. */
    public void give(T thing) {
        if (lock == null) {
            free.addFirst(thing);
            return;
        }
        lock.lock();
        try {
            free.addFirst(thing);
        } finally {
            lock.unlock();
        }
    }

    /** How many are out now: 0 when every connection is idle or closed. */
    public int inUse() {
        if (lock == null) {
            return made - free.size();
        }
        lock.lock();
        try {
            return made - free.size();
        } finally {
            lock.unlock();
        }
    }
}
