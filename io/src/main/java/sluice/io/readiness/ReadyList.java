package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** What one wait has brought, in order. Reused turn after turn. */
public final class ReadyList {
    /**
     * Events per wait: enough for a system call to be shared by many, few enough to stay in cache.
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
