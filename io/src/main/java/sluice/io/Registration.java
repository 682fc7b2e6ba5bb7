package sluice.io;

import org.jspecify.annotations.Nullable;

/** One thing a {@link Poller} watches, and for whom. */
final class Registration {
    /** Told what has happened; runs after collecting, never inside it. */
    @FunctionalInterface
    interface Ready {
        void ready(int events);
    }

    final Pollable handle;
    final Ready owner;
    /** What the owner wants to know of; the poller is told before it next waits. */
    int wanted;
    /** What the poller watches for. */
    int armed;
    /** What has happened, from collecting until it is run. */
    int events;
    /** Whether it stands in the list of changes to be told. */
    boolean changed;

    boolean closed;
    /** Place in the loop's table, and how often that place was used before. */
    int slot;

    int generation;
    /** What the java.nio selector knows it by. */
    @Nullable
    Object key;

    Registration(Pollable handle, Ready owner, int wanted) {
        this.handle = handle;
        this.owner = owner;
        this.wanted = wanted;
    }
}
