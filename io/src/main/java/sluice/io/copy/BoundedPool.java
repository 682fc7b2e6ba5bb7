package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Bounded pool of kernel resources (pipes, mapped buffers); creation may fail. Any thread, because
 * a connection may end on another thread than the one that served it.
 */
public final class BoundedPool<T> {
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private final Supplier<? extends @Nullable T> maker;
    private final Consumer<T> end;
    private final int limit;
    private int made;

    /** {@code maker} returns null if it fails; {@code end} frees a resource. */
    public BoundedPool(int limit, Supplier<? extends @Nullable T> maker, Consumer<T> end) {
        this.limit = limit;
        this.maker = maker;
        this.end = end;
    }

    /** Takes a resource that the caller must return, or null if none is free. */
    public synchronized @Nullable T take() {
        T thing = free.pollFirst();
        if (thing == null && made < limit) {
            thing = maker.get();
            made += thing == null ? 0 : 1;
        }
        return thing;
    }

    /** Returns a resource that can be used again. */
    public synchronized void give(T thing) {
        free.addFirst(thing);
    }

    /** Frees a resource that cannot be used again; the pool may create another one. */
    public synchronized void discard(T thing) {
        made--;
        end.accept(thing);
    }

    /** How many resources are in use. */
    synchronized int inUse() {
        return made - free.size();
    }

    /** Frees all resources that are not in use. */
    public synchronized void close() {
        made -= free.size();
        free.forEach(end);
        free.clear();
    }
}
