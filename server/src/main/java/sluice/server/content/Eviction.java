package sluice.server.content;

import sluice.server.root.PathKey;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the entries of a {@link FileCache} within bounds, and closes what nobody asks for. Entries
 * have their turn one after the other: who was used since it was looked at gets another round. Any
 * thread.
 */
final class Eviction {
    /** A file nobody asked for in this time is closed: a deleted one gets its disk space back. */
    static final long IDLE_NANOS = 30_000_000_000L;
    /** All bodies together. */
    static final long BODIES_MAX = 64L << 20;
    /** Contents in memory and open files together; an entry takes about a kilobyte beside these. */
    private static final int ENTRIES_MAX = 16_384;

    private final ConcurrentHashMap<PathKey, FileEntry> entries;
    private final int openFilesMax;
    /** All entries, and versions that were replaced and not looked at since. */
    private final ArrayDeque<Held> ring = new ArrayDeque<>();

    private long bodies;
    private long openFiles;
    private boolean closed;

    private record Held(PathKey key, FileEntry entry, long lookedAt) {}

    /**
     * @param entries what the cache finds
     * @param openFilesMax files kept open
     */
    Eviction(ConcurrentHashMap<PathKey, FileEntry> entries, int openFilesMax) {
        this.entries = entries;
        this.openFilesMax = openFilesMax;
    }

    /** Lets an entry be found, one use of which is the cache's from now on. */
    void remember(PathKey key, FileEntry entry, long now) {
        synchronized (ring) {
            if (closed) {
                entry.release();
                return;
            }
            FileEntry before = entries.put(key, entry);
            if (before != null) {
                before.release();
            }
            ring.addLast(new Held(key, entry, now));
            bodies += entry.weight();
            openFiles += entry.openFiles();
            int looks = ring.size();
            while (ring.size() > 1 && isOverfull()) {
                evictNext(now, looks-- <= 0);
            }
        }
    }

    private boolean isOverfull() {
        return ring.size() > ENTRIES_MAX || bodies > BODIES_MAX || openFiles > openFilesMax;
    }

    /** Closes files nobody asked for lately, and lets go of versions that were replaced. */
    void sweep(long now) {
        synchronized (ring) {
            for (int i = ring.size(); i > 0; i--) {
                Held held = ring.removeFirst();
                if (isCurrent(held) && held.entry().usedAt() - (now - IDLE_NANOS) > 0) {
                    ring.addLast(held);
                } else {
                    drop(held);
                }
            }
        }
    }

    /** Looks at the oldest: one that was used since it was last looked at goes to the end. */
    private void evictNext(long now, boolean anyhow) {
        Held held = ring.removeFirst();
        boolean used = held.entry().usedAt() - held.lookedAt() > 0;
        if (isCurrent(held) && used && !anyhow) {
            ring.addLast(new Held(held.key(), held.entry(), now));
        } else {
            drop(held);
        }
    }

    private boolean isCurrent(Held held) {
        return held.entry().equals(entries.get(held.key()));
    }

    private void drop(Held held) {
        bodies -= held.entry().weight();
        openFiles -= held.entry().openFiles();
        if (entries.remove(held.key(), held.entry())) {
            held.entry().release();
        }
    }

    /** Gives up all files that are kept for later only; false if there were none. */
    boolean closeFiles() {
        synchronized (ring) {
            long before = openFiles;
            for (int i = ring.size(); i > 0; i--) {
                Held held = ring.removeFirst();
                if (held.entry().openFiles() > 0) {
                    drop(held);
                } else {
                    ring.addLast(held);
                }
            }
            return openFiles < before;
        }
    }

    /** Lets go of all, now and later. */
    void close() {
        synchronized (ring) {
            closed = true;
            while (!ring.isEmpty()) {
                drop(ring.removeFirst());
            }
        }
    }
}
