package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Pollable;

/** A socket or listener that a {@link Poller} watches, and its owner. */
public final class Registration {
    /** Receives events; called after all are collected, never while collecting. */
    public interface Owner {
        /** Called with {@link Poller} events. */
        void ready(int events);

        /** The poller can no longer watch it. */
        void failed(long result);
    }

    final Pollable handle;
    public final Owner owner;
    /** The events that the owner wants; the poller gets them before its next wait. */
    public int wanted;
    /** The events that the poller watches for. */
    public int armed;
    /** The collected events, until they are handled. */
    public int events;
    /** Events that may be ready until a try returns EAGAIN, for pollers that report only once. */
    int sticky;
    /** Whether it is in the queue of {@link StickyReadiness}. */
    boolean queued;
    /** Whether the poller gets it before its next wait ({@link Poller#addsLater}). */
    boolean fresh;
    /** Whether it is in the list of changes for the poller. */
    boolean changed;

    /**
     * Whether a poller watches it, or soon will: from {@link RegistrationTable#add}, or since it is
     * {@link #fresh}, to {@link RegistrationTable#remove}.
     */
    public boolean watched;
    /** Index in the loop's table, and how often that index was used before. */
    int slot;

    int generation;
    /** Index in the array of a poller that has one. */
    int index;
    /** Its key in the java.nio selector. */
    @Nullable
    Object key;

    public Registration(Pollable handle, Owner owner, int wanted) {
        this.handle = handle;
        this.owner = owner;
        this.wanted = wanted;
    }

    /** A try returned EAGAIN: these events are not ready until the poller reports them again. */
    void drained(int events) {
        sticky &= ~events;
    }
}
