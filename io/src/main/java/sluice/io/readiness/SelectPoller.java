package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.SparseLog;
import sluice.io.Timers;
import sluice.io.loop.Wakeup;
import sluice.linux.Errno;
import sluice.linux.SelectCalls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * select(2): two sets of 1024 bits, one per descriptor, copied before each wait and searched after
 * it. The loop refuses a connection whose descriptor has no bit, and continues to serve the others.
 * A single closed descriptor in a set would fail the call for all (EBADF), so it is removed first.
 */
public final class SelectPoller implements Poller {
    private static final int WORDS = SelectCalls.FD_SETSIZE / Long.SIZE;

    private final RegistrationTable table;
    private final Counters counters;
    private final SparseLog overload;
    private final Wakeup wakeup = new Wakeup();
    private final @Nullable Registration[] registrations = new Registration[SelectCalls.FD_SETSIZE];
    /** The descriptors to watch. */
    private final MemorySegment reads;

    private final MemorySegment writes;
    /** Copies for the call, which leaves the ready ones. */
    private final MemorySegment readable;

    private final MemorySegment writable;
    /** Greater than every watched descriptor. */
    private int limit;
    /** The word where the next search starts, so that low descriptors have no priority. */
    private int first;

    public SelectPoller(PollerParts parts) {
        table = parts.registrations();
        counters = parts.counters();
        overload = parts.overload();
        Arena arena = parts.arena();
        reads = arena.allocate(SelectCalls.SET_SIZE, Long.BYTES);
        writes = arena.allocate(SelectCalls.SET_SIZE, Long.BYTES);
        readable = arena.allocate(SelectCalls.SET_SIZE, Long.BYTES);
        writable = arena.allocate(SelectCalls.SET_SIZE, Long.BYTES);
        int descriptor = wakeup.descriptor();
        if (descriptor >= SelectCalls.FD_SETSIZE) {
            wakeup.close();
            throw new IllegalStateException("select(2) cannot watch more than "
                    + SelectCalls.FD_SETSIZE + " descriptors, and this process has more open");
        }
        SelectCalls.put(reads, descriptor, true);
        limit = descriptor + 1;
    }

    @Override
    public long add(Registration registration) {
        int descriptor = registration.handle.descriptor();
        if (descriptor >= SelectCalls.FD_SETSIZE) {
            counters.add(Counter.BEYOND_SELECT, 1);
            overload.warn("connection refused: select(2) cannot watch descriptor " + descriptor
                    + ", only 0 to " + (SelectCalls.FD_SETSIZE - 1)
                    + "; use --model poll or epoll");
            return -Errno.EMFILE;
        }
        table.add(registration);
        registrations[descriptor] = registration;
        limit = Math.max(limit, descriptor + 1);
        return update(registration);
    }

    @Override
    public long update(Registration registration) {
        int wanted = registration.wanted;
        int descriptor = registration.handle.descriptor();
        registration.armed = wanted;
        SelectCalls.put(reads, descriptor, (wanted & READ) != 0);
        SelectCalls.put(writes, descriptor, (wanted & (WRITE | CONNECT)) != 0);
        return 0;
    }

    @Override
    public void remove(Registration registration) {
        int descriptor = registration.handle.descriptor();
        table.remove(registration);
        registrations[descriptor] = null;
        SelectCalls.put(reads, descriptor, false);
        SelectCalls.put(writes, descriptor, false);
        while (limit - 1 > wakeup.descriptor() && registrations[limit - 1] == null) {
            limit--;
        }
    }

    @Override
    public void await(long nanos, ReadyList ready) {
        readable.copyFrom(reads);
        writable.copyFrom(writes);
        long timeout = nanos == Timers.NEVER ? -1 : nanos;
        int count = SelectCalls.select(limit, readable.address(), writable.address(), timeout);
        if (count < 0 && count != -Errno.EINTR) {
            throw new IllegalStateException("select failed: " + Errno.describe(count));
        }
        if (count > 0) {
            collect(ready);
        }
    }

    private void collect(ReadyList ready) {
        int begin = first;
        for (int i = 0; i < WORDS; i++) {
            int index = (begin + i) % WORDS;
            long canRead = SelectCalls.word(readable, index);
            long canWrite = SelectCalls.word(writable, index);
            for (long both = canRead | canWrite; both != 0; both &= both - 1) {
                if (ready.isFull()) {
                    first = index;
                    return;
                }
                int bit = Long.numberOfTrailingZeros(both);
                int events = ((canRead >>> bit & 1) != 0 ? READ : 0)
                        | ((canWrite >>> bit & 1) != 0 ? WRITE : 0);
                collect(index * Long.SIZE + bit, events, ready);
            }
        }
    }

    private void collect(int descriptor, int events, ReadyList ready) {
        if (descriptor == wakeup.descriptor()) {
            wakeup.drain();
        } else {
            ready.add(Objects.requireNonNull(registrations[descriptor], "watched"), events);
        }
    }

    @Override
    public void wake() {
        wakeup.wake();
    }

    @Override
    public void close() {
        wakeup.close();
    }
}
