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
 * The array of struct pollfd for poll(2), without gaps: the last entry replaces one that is
 * removed. Entry 0 is the descriptor that wakes the loop.
 */
final class PollSet {
    private static final int FIRST_ROOM = 64;

    private final Arena arena;
    private MemorySegment entries;
    private @Nullable Registration[] registrations = new Registration[FIRST_ROOM];
    private int size = 1;

    /** {@code wakeup} becomes entry 0; -1 for none. */
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

    /** Outgrown arrays stay in the arena until the loop ends: together less than the last one. */
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

    /** Watches for the armed events, not the wanted ones, which may change back unnoticed. */
    void update(Registration registration) {
        int descriptor = registration.handle.descriptor();
        int mask = EpollSet.mask(registration.armed);
        PollCalls.set(entries, registration.index, descriptor, mask);
    }

    /** Watches for all events, wanted or not. */
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

    /** poll(2); how many entries have events. */
    int poll(long nanos) {
        int count = PollCalls.poll(entries.address(), size, Timers.millis(nanos));
        if (count < 0 && count != -Errno.EINTR) {
            throw new IllegalStateException("poll failed: " + Errno.describe(count));
        }
        return Math.max(0, count);
    }

    /** The number of entries, including entry 0. */
    int size() {
        return size;
    }

    Registration at(int index) {
        return Objects.requireNonNull(registrations[index], "below size");
    }

    /** The {@link Poller} events that the last poll reported for an entry; 0 for none. */
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
