package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Pool of objects of one loop that are expensive to create: created on demand up to the limit, and
 * kept for ever. Loop thread only, unless created by {@link #shared}.
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
     * Takes an object, or null if all are in use. Prefers the one that was returned last, which is
     * still in the processor's cache.
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

    /** Returns an object of {@link #take}. */
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

    /** How many are in use: 0 if every connection is idle or closed. */
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
