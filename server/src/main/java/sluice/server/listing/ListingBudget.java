package sluice.server.listing;

import org.jspecify.annotations.Nullable;

import sluice.server.response.Body;
import sluice.server.root.DirectoryEntries;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Limits the memory of all listings together: those that workers make, and those that loops send to
 * clients, however slow. Any thread may call.
 */
public final class ListingBudget {
    /**
     * Most listings made at the same time; other workers wait, which stops no loop. Each listing
     * may take the memory of {@link DirectoryEntries#LIMIT} entries and some 0.5 s of a core.
     */
    static final int MADE_AT_ONCE = 8;
    /**
     * Most entries of all listings in transfer: some 100 MB. Beyond it the server asks clients to
     * retry, since nobody knows how long the present clients take.
     */
    static final long ENTRIES_MAX = 10L * DirectoryEntries.LIMIT;

    private final Semaphore making = new Semaphore(MADE_AT_ONCE);
    private final AtomicLong held = new AtomicLong();

    /** A listing as a body, counted until its single release. */
    public record Held(Listing listing, ListingBudget budget) implements Body.Generated {
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
            budget.held.addAndGet(-listing.entries());
        }
    }

    /** Runs the maker when fewer than {@link #MADE_AT_ONCE} others run; blocks until then. */
    public <T> T make(Supplier<T> maker) {
        making.acquireUninterruptibly();
        try {
            return maker.get();
        } finally {
            making.release();
        }
    }

    /** Counts a listing; null if the budget has no room for it now. */
    public @Nullable Held hold(Listing listing) {
        if (held.addAndGet(listing.entries()) <= ENTRIES_MAX) {
            return new Held(listing, this);
        }
        held.addAndGet(-listing.entries());
        return null;
    }

    /** Number of entries counted now. */
    long entries() {
        return held.get();
    }
}
