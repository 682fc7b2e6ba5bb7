package sluice.server.listing;

import org.jspecify.annotations.Nullable;

import sluice.server.response.Body;
import sluice.server.root.DirectoryEntries;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Bounds the memory of all listings together: of those that are made, and of those that are being
 * sent, for as long as their clients take. Any thread.
 */
public final class ListingBudget {
    /**
     * Listings made at the same time; the others wait, where waiting stops no loop. Each may take
     * the memory of {@link DirectoryEntries#LIMIT} entries and some 0.5 s of a core.
     */
    static final int MADE_AT_ONCE = 8;
    /**
     * Entries of all listings that are being sent: some 100 MB. Beyond it clients are asked to come
     * again, since nobody knows how long those take who read now.
     */
    static final long ENTRIES_MAX = 10L * DirectoryEntries.LIMIT;

    private final Semaphore making = new Semaphore(MADE_AT_ONCE);
    private final AtomicLong held = new AtomicLong();

    /** A listing that is counted until it is let go of, once: a body. */
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

    /** Makes something when it is its turn. */
    public <T> T make(Supplier<T> maker) {
        making.acquireUninterruptibly();
        try {
            return maker.get();
        } finally {
            making.release();
        }
    }

    /** Counts a listing; null if there is no room for it now. */
    public @Nullable Held hold(Listing listing) {
        if (held.addAndGet(listing.entries()) <= ENTRIES_MAX) {
            return new Held(listing, this);
        }
        held.addAndGet(-listing.entries());
        return null;
    }

    /** Entries held now. */
    long entries() {
        return held.get();
    }
}
