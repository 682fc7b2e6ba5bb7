package sluice.server.listing;

import sluice.server.response.Body;
import sluice.server.root.DirectoryEntries;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Limits the memory of all listings and archives together: those that workers make, and those that
 * loops send to clients, however slow. Any thread may call.
 */
public final class ListingBudget {
    /** Bytes of the heap that an entry takes, with its name: measured with names of 7 octets. */
    private static final int BYTES_PER_ENTRY = 100;
    /** One listing is always possible, with the entry that shows that there are more. */
    static final long ENTRIES_MIN = DirectoryEntries.LIMIT + 1L;
    /** Some 100 MB: enough for a thousand clients of directories of a thousand entries. */
    static final long ENTRIES_MAX = 10L * DirectoryEntries.LIMIT;

    private final long entriesMax;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param bytes of the heap for all listings. Beyond them the server asks clients to retry,
     *     since nobody knows how long the present clients take
     */
    public ListingBudget(long bytes) {
        entriesMax = Math.clamp(bytes / BYTES_PER_ENTRY, ENTRIES_MIN, ENTRIES_MAX);
    }

    /** A listing as a body; its entries count until its single release. */
    public record Held(Listing listing, Draft draft) implements Body.Generated {
        @Override
        public long length() {
            return listing.length();
        }

        @Override
        public int write(MemorySegment target, long at, int room) {
            return listing.write(target, at, room);
        }

        @Override
        public void release() {
            draft.release();
        }
    }

    /**
     * A listing while a worker makes it. Its entries count from the moment when they are read. One
     * thread at a time.
     */
    public final class Draft {
        private final BooleanSupplier wanted;
        private long entries;
        private boolean full;

        private Draft(BooleanSupplier wanted) {
            this.wanted = wanted;
        }

        /** Counts one more entry; false if there is no room, or nobody waits for the listing. */
        public boolean more() {
            if (!isWanted()) {
                return false;
            }
            return take(1);
        }

        /** Counts memory of this many octets as entries, at least one; false as above. */
        public boolean more(int octets) {
            return isWanted() && take(Math.ceilDiv(octets, BYTES_PER_ENTRY));
        }

        private boolean take(int count) {
            entries += count;
            full |= held.addAndGet(count) > entriesMax;
            return !full;
        }

        /** Counts octets that the listing holds beside its entries; false if there is no room. */
        public boolean holds(long octets) {
            long more = octets / BYTES_PER_ENTRY;
            entries += more;
            full |= held.addAndGet(more) > entriesMax;
            return !full;
        }

        /** Whether it would have no room even if it were the only one. */
        public boolean isTooLarge() {
            return entries > entriesMax;
        }

        /** Whether a client still waits for the listing. */
        public boolean isWanted() {
            return wanted.getAsBoolean();
        }

        /** Whether all listings together have too many entries. */
        public boolean isFull() {
            return full;
        }

        /** Gives the room back, once. */
        public void release() {
            held.addAndGet(-entries);
        }
    }

    /**
     * Begins a listing.
     *
     * @param wanted whether a client still waits for it; asked by the thread that makes it
     */
    public Draft begin(BooleanSupplier wanted) {
        return new Draft(wanted);
    }

    /** Number of entries counted now. */
    long entries() {
        return held.get();
    }
}
