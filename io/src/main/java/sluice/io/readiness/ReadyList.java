package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** The ready registrations of one wait, in order. Reused in every turn. */
public final class ReadyList {
    /**
     * Events per wait: enough to share the cost of the call, few enough to stay in the cache.
     */
    static final int MAX = 512;

    private final @Nullable Registration[] ready = new Registration[MAX];
    private int size;

    void add(Registration registration, int events) {
        registration.events = events;
        ready[size++] = registration;
    }

    public int size() {
        return size;
    }

    boolean isFull() {
        return size == MAX;
    }

    public Registration get(int index) {
        return Objects.requireNonNull(ready[index], "below size");
    }

    public void clear() {
        for (int i = 0; i < size; i++) {
            ready[i] = null;
        }
        size = 0;
    }
}
