package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Timers;
import sluice.linux.Errno;
import sluice.linux.PollCalls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * The array of struct pollfd that poll(2) is given, without gaps: the last entry takes the place of
 * one that goes. Entry 0 is nobody's: a descriptor to wake by.
 */
final class PollSet {
    private static final int FIRST_ROOM = 64;

    private final Arena arena;
    private MemorySegment entries;
    private @Nullable Registration[] registrations = new Registration[FIRST_ROOM];
    private int size = 1;

    /** {@code wakeup} is watched as entry 0; -1 for none. */
    PollSet(Arena arena, int wakeup) {
        this.arena = arena;
        entries = arena.allocate((long) FIRST_ROOM * PollCalls.POLLFD_SIZE, Long.BYTES);
        PollCalls.set(entries, 0, wakeup, PollCalls.POLLIN);
    }

    void add(Registration registration) {
        if (size == registrations.length) {
            grow();
        }
        put(registration, size++);
    }

    /** What was too small stays in the arena until the loop ends: together less than the last. */
    private void grow() {
        registrations = Arrays.copyOf(registrations, size * 2);
        MemorySegment larger = arena.allocate(entries.byteSize() * 2, Long.BYTES);
        entries = larger.copyFrom(entries);
    }

    private void put(Registration registration, int index) {
        registrations[index] = registration;
        registration.index = index;
        update(registration);
    }

    /** Asks for what is armed; not for what is wanted, for that may change back unnoticed. */
    void update(Registration registration) {
        int descriptor = registration.handle.descriptor();
        int mask = EpollSet.mask(registration.armed);
        PollCalls.set(entries, registration.index, descriptor, mask);
    }

    /** Asks for everything, whatever is wanted. */
    void askAll() {
        for (int i = 1; i < size; i++) {
            int descriptor = at(i).handle.descriptor();
            PollCalls.set(entries, i, descriptor, PollCalls.POLLIN | PollCalls.POLLOUT);
        }
    }

    void remove(Registration registration) {
        int gap = registration.index;
        size--;
        if (gap != size) {
            put(at(size), gap);
        }
        registrations[size] = null;
    }

    /** poll(2); how many entries have something to say. */
    int poll(long nanos) {
        int count = PollCalls.poll(entries.address(), size, Timers.millis(nanos));
        if (count < 0 && count != -Errno.EINTR) {
            throw new IllegalStateException("poll failed: " + Errno.describe(count));
        }
        return Math.max(0, count);
    }

    /** Entries, the first included. */
    int size() {
        return size;
    }

    Registration at(int index) {
        return Objects.requireNonNull(registrations[index], "below size");
    }

    /** What the last poll said of an entry, as {@link Poller} events; 0 for nothing. */
    int eventsAt(int index) {
        return events(PollCalls.returned(entries, index));
    }

    /** {@link Poller} events for POLL flags. */
    static int events(int returned) {
        int broken = PollCalls.POLLERR | PollCalls.POLLHUP | PollCalls.POLLNVAL;
        return ((returned & PollCalls.POLLIN) != 0 ? Poller.READ : 0)
                | ((returned & PollCalls.POLLOUT) != 0 ? Poller.WRITE : 0)
                | ((returned & broken) != 0 ? Poller.BROKEN : 0);
    }
}
