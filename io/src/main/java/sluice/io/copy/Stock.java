package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a copy path borrows of the system for its connections, and may fail to get: never more than
 * the limit. Any thread, because a connection may end on another than it was served by.
 */
public final class Stock<T> {
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private final Supplier<? extends @Nullable T> maker;
    private final Consumer<T> end;
    private final int limit;
    private int made;

    /** {@code maker} gives null when nothing is to be had; {@code end} gives back to the system. */
    public Stock(int limit, Supplier<? extends @Nullable T> maker, Consumer<T> end) {
        this.limit = limit;
        this.maker = maker;
        this.end = end;
    }

    /** One to be given back, or null. */
    public synchronized @Nullable T take() {
        T thing = free.pollFirst();
        if (thing == null && made < limit) {
            thing = maker.get();
            made += thing == null ? 0 : 1;
        }
        return thing;
    }

    /** Gives back what can be used again. */
    public synchronized void give(T thing) {
        free.addFirst(thing);
    }

    /** Gives back what cannot: another may be made in its place. */
    public synchronized void discard(T thing) {
        made--;
        end.accept(thing);
    }

    /** How many are out now. */
    synchronized int inUse() {
        return made - free.size();
    }

    /** Gives up all that are not out. */
    public synchronized void close() {
        made -= free.size();
        free.forEach(end);
        free.clear();
    }
}
