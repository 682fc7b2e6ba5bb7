package sluice.server.content;

import sluice.server.CacheLimits;
import sluice.server.root.PathKey;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the entries of all {@link FileCache}s of a server within limits, and closes idle files. It
 * visits the entries of all caches in one ring (second chance, or CLOCK): an entry that was used
 * since its last visit stays for another round. Any thread may call.
 */
public final class Eviction {
    /** A file idle for this time is closed, so that a deleted file gives its disk space back. */
    static final long IDLE_NANOS = 30_000_000_000L;

    private final CacheLimits limits;
    private volatile int openFilesMax;
    /** All entries, and replaced versions that eviction has not visited since. */
    private final ArrayDeque<Held> ring = new ArrayDeque<>();

    private long bodies;
    private long openFiles;

    /** The entries of one cache, by path. */
    static final class Entries {
        private final ConcurrentHashMap<PathKey, FileEntry> byPath = new ConcurrentHashMap<>();
        /** Whether the cache takes no more entries. Guarded by the lock of the ring. */
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

    /** No entries yet. */
    public Eviction(CacheLimits limits) {
        this.limits = limits;
        openFilesMax = limits.openFiles();
    }

    /** Lowers the number of files kept open, because other users need descriptors too. */
    public void keepOpen(int files) {
        openFilesMax = files;
    }

    /** Adds an entry to a cache, which owns one use of it from now on. */
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
        return ring.size() > limits.entries()
                || bodies > limits.bodies()
                || openFiles > openFilesMax;
    }

    /** Drops idle entries and replaced versions. */
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

    /** Visits the oldest entry: moves it to the end if it was used since the last visit. */
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

    /** Drops all entries with open files; false if there were none. */
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

    /** Drops all entries of a cache; it takes no more. */
    void close(Entries entries) {
        synchronized (ring) {
            entries.closed = true;
            drop(entries);
        }
    }

    /** Drops all entries of a cache. */
    void drop(Entries entries) {
        synchronized (ring) {
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
