package sluice.server.content;

import sluice.server.root.PathKey;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the entries of all {@link FileCache}s of a server within bounds, and closes what nobody
 * asks for. Entries have their turn one after the other, whatever their cache: who was used since
 * it was looked at gets another round. Any thread.
 */
public final class Eviction {
    /** A file nobody asked for in this time is closed: a deleted one gets its disk space back. */
    static final long IDLE_NANOS = 30_000_000_000L;
    /** All bodies together. */
    static final long BODIES_MAX = 64L << 20;
    /** Contents in memory and open files together; an entry takes about a kilobyte beside these. */
    private static final int ENTRIES_MAX = 16_384;

    private volatile int openFilesMax;
    /** All entries, and versions that were replaced and not looked at since. */
    private final ArrayDeque<Held> ring = new ArrayDeque<>();

    private long bodies;
    private long openFiles;

    /** What one cache finds. */
    static final class Entries {
        private final ConcurrentHashMap<PathKey, FileEntry> byPath = new ConcurrentHashMap<>();
        /** Nothing is added any more. Under the lock of the ring. */
        private boolean closed;

        ConcurrentHashMap<PathKey, FileEntry> byPath() {
            return byPath;
        }
    }

    private record Held(Entries entries, PathKey key, FileEntry entry, long lookedAt) {
        boolean isCurrent() {
            return entry.equals(entries.byPath.get(key));
        }
    }

    /**
     * @param openFilesMax files kept open
     */
    public Eviction(int openFilesMax) {
        this.openFilesMax = openFilesMax;
    }

    /** From now on other things need descriptors, too. */
    public void keepOpen(int files) {
        openFilesMax = files;
    }

    /** Lets an entry be found, one use of which is the cache's from now on. */
    void remember(Entries entries, PathKey key, FileEntry entry, long now) {
        synchronized (ring) {
            if (entries.closed) {
                entry.release();
                return;
            }
            FileEntry before = entries.byPath.put(key, entry);
            if (before != null) {
                before.release();
            }
            ring.addLast(new Held(entries, key, entry, now));
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
    public void sweep(long now) {
        synchronized (ring) {
            for (int i = ring.size(); i > 0; i--) {
                Held held = ring.removeFirst();
                if (held.isCurrent() && held.entry().usedAt() - (now - IDLE_NANOS) > 0) {
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
        if (held.isCurrent() && used && !anyhow) {
            ring.addLast(new Held(held.entries(), held.key(), held.entry(), now));
        } else {
            drop(held);
        }
    }

    private void drop(Held held) {
        bodies -= held.entry().weight();
        openFiles -= held.entry().openFiles();
        if (held.entries().byPath.remove(held.key(), held.entry())) {
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

    /** Lets go of all that a cache finds, now and later. */
    void close(Entries entries) {
        synchronized (ring) {
            entries.closed = true;
            for (int i = ring.size(); i > 0; i--) {
                Held held = ring.removeFirst();
                if (held.entries() == entries) {
                    drop(held);
                } else {
                    ring.addLast(held);
                }
            }
        }
    }
}
