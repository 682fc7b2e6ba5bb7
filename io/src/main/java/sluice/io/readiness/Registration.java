package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Pollable;

/** One thing a {@link Poller} watches, and for whom. */
public final class Registration {
    /** Told what has happened; runs after collecting, never inside it. */
    public interface Owner {
        /** These {@link Poller} events. */
        void ready(int events);

        /** It cannot be watched any more. */
        void failed(long result);
    }

    final Pollable handle;
    public final Owner owner;
    /** What the owner wants to know of; the poller is told before it next waits. */
    public int wanted;
    /** What the poller watches for. */
    public int armed;
    /** What has happened, from collecting until it is run. */
    public int events;
    /** What may be ready until a try says EAGAIN; for pollers that are told only once. */
    int sticky;
    /** Whether it stands in the queue of {@link StickyReadiness}. */
    boolean queued;
    /** Whether it stands in the list of changes to be told. */
    boolean changed;

    /**
     * Whether a poller watches it: from {@link RegistrationTable#add} to
     * {@link RegistrationTable#remove}.
     */
    public boolean watched;
    /** Place in the loop's table, and how often that place was used before. */
    int slot;

    int generation;
    /** Place in the array of a poller that keeps one. */
    int index;
    /** What the java.nio selector knows it by. */
    @Nullable
    Object key;

    public Registration(Pollable handle, Owner owner, int wanted) {
        this.handle = handle;
        this.owner = owner;
        this.wanted = wanted;
    }

    /** A try said EAGAIN: these events are over until a poller tells of new ones. */
    void drained(int events) {
        sticky &= ~events;
    }
}
