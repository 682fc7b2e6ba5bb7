package sluice.server.tier;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Room on the disk of a tier. A block has its room reserved before it is fetched, so the bound is
 * never exceeded. Room comes from blocks that nobody is sending: they are visited in one ring
 * (second chance, or CLOCK), and a block of an object that several requests wanted stays for
 * another round if it was sent since the last. Any thread.
 */
final class Budget {
    /** A wait ends when a client has taken a block; none holds one for as long. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long LOOK_AGAIN_MILLIS = 5;

    /** A block that has its room. */
    private record Held(TierFile file, int block) {}

    private final ArrayDeque<Held> ring = new ArrayDeque<>();
    private final long limit;
    /** Less than the limit as long as the disk is full of other things. */
    private long most;

    private long used;

    Budget(long limit) {
        this.limit = limit;
        most = limit;
    }

    /**
     * Reserves room; waits for some as long as others send all blocks.
     *
     * @return false if there was none in time
     */
    synchronized boolean reserve(long bytes) throws InterruptedException {
        long start = System.nanoTime();
        while (used + bytes > most) {
            if (!evictOne()) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    return false;
                }
                wait(LOOK_AGAIN_MILLIS);
            }
        }
        used += bytes;
        return true;
    }

    /** Reserves room for what an earlier process has left; false if it is too much. */
    synchronized boolean adopt(long bytes) {
        boolean fits = used + bytes <= most;
        used += fits ? bytes : 0;
        return fits;
    }

    /** A block that was reserved is in its file from now on, and may be evicted. */
    synchronized void holds(TierFile file, int block) {
        ring.addLast(new Held(file, block));
        most = Math.min(limit, most + (limit >> 6));
    }

    /** Gives room back. */
    synchronized void free(long bytes) {
        used -= bytes;
        notifyAll();
    }

    /**
     * The disk has no room though the budget has: evicts a block, and asks no more of the disk.
     *
     * @return false if there is none
     */
    synchronized boolean shrink() {
        boolean evicted = evictOne();
        most = Math.max(0, Math.min(most, used));
        return evicted;
    }

    /** Octets that are reserved. */
    synchronized long used() {
        return used;
    }

    /** Evicts the first block that may go; its file frees the room. Visits each twice at most. */
    private boolean evictOne() {
        for (int looks = 2 * ring.size(); looks > 0; looks--) {
            Held held = ring.removeFirst();
            switch (held.file().evict(held.block())) {
                case EVICTED -> {
                    return true;
                }
                case STAYS -> ring.addLast(held);
                case GONE -> {}
            }
        }
        return false;
    }
}
