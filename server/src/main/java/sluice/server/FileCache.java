package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.http.ContentCoding;
import sluice.http.MediaType;
import sluice.http.MediaTypes;
import sluice.io.OpenFile;
import sluice.io.SparseLog;
import sluice.linux.Errno;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Open files by path, so that a file asked for again costs no system call to find. A version is
 * believed for {@link #BELIEVED_NANOS}; then its name is resolved again, and a file that was
 * replaced, truncated or rewritten is found to be another version. Any thread.
 */
final class FileCache {
    /**
     * How long a name is believed to lead where it led. One resolution per file and this time costs
     * nothing that can be measured; without it, resolving would double the cost of a small file.
     */
    static final long BELIEVED_NANOS = 1_000_000_000;
    /** A file nobody asked for in this time is closed: a deleted one gets its disk space back. */
    static final long IDLE_NANOS = 30_000_000_000L;
    /** All bodies together. */
    static final long BODIES_MAX = 64L << 20;
    /** Contents in memory and open files together; an entry takes about a kilobyte beside these. */
    private static final int ENTRIES_MAX = 16_384;
    /**
     * A file that changes under our hands while it is read is tried so often, then sent by region.
     */
    private static final int READ_TRIES = 3;

    private final DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final int openFilesMax;
    private final int bodyMax;
    private final ConcurrentHashMap<PathKey, FileEntry> entries = new ConcurrentHashMap<>();
    /**
     * All entries, for eviction in turn: who was used since it was looked at gets another round.
     */
    private final ArrayDeque<Held> ring = new ArrayDeque<>();

    private final SparseLog trouble =
            new SparseLog(System.getLogger("sluice.server"), System::nanoTime);
    /** Times that a file was changed by this server. */
    private final AtomicLong changes = new AtomicLong();

    private long bodies;
    private long openFiles;
    private boolean closed;

    private record Held(PathKey key, FileEntry entry, long lookedAt) {}

    /**
     * @param store where content is compressed, or null
     * @param openFilesMax files kept open
     * @param bodyMax size up to which bodies are kept in memory; 0 for those of empty files only
     */
    FileCache(DocumentRoot root, @Nullable CompressedStore store, int openFilesMax, int bodyMax) {
        this.root = root;
        this.store = store;
        this.openFilesMax = openFilesMax;
        this.bodyMax = bodyMax;
    }

    /**
     * Finds the file of a path.
     *
     * @param now nanoseconds on the loops' clock
     * @param mayBlock whether the file system may be waited for; if not, {@code COLD} is an answer
     * @return an entry with one use more, to be released; or why there is none
     */
    Lookup find(PathKey path, long now, boolean mayBlock) {
        FileEntry entry = entries.get(path);
        if (entry != null && entry.retain()) {
            // A region is about to be promised: its size and version must be of this moment.
            boolean current = entry.checkedSince(now - BELIEVED_NANOS) && entry.unchanged(now);
            if (current) {
                entry.used(now);
                return entry;
            }
            entry.release();
        }
        return resolve(path, entry, now, mayBlock);
    }

    private Lookup resolve(PathKey path, @Nullable FileEntry known, long now, boolean mayBlock) {
        byte[] octets = path.octets();
        long changesBefore = changes.get();
        Opened opened = root.open(octets, octets.length, !mayBlock);
        if (isOutOfDescriptors(opened) && closeFiles()) {
            opened = root.open(octets, octets.length, !mayBlock);
        }
        return switch (opened) {
            case Opened.Cold _ -> Lookup.Missing.COLD;
            case Opened.NotFound _ -> forget(path, known, Lookup.Missing.NOT_FOUND);
            case Opened.Forbidden _ -> forget(path, known, Lookup.Missing.FORBIDDEN);
            case Opened.Failed failed -> {
                trouble.warn("cannot open a file: " + Errno.describe(failed.error()));
                yield Lookup.Missing.FAILED;
            }
            case Opened.Found found
            when found.stat().kind() == FileKind.DIRECTORY -> {
                found.file().close();
                yield forget(path, known, Lookup.Missing.DIRECTORY);
            }
            case Opened.Found found -> {
                Lookup lookup = found(path, known, found, now, mayBlock);
                if (lookup instanceof FileEntry entry && changes.get() != changesBefore) {
                    // It may have been opened before the change, and remembered after.
                    entry.checked(now - 2 * BELIEVED_NANOS);
                }
                yield lookup;
            }
        };
    }

    /** This server has changed a file: whoever asks from now on gets what there is now. */
    void changed(byte[] path) {
        changes.incrementAndGet();
        recheck(new PathKey().set(path, 0, path.length));
        int end = path.length;
        while (end > 0 && path[end - 1] != '.') {
            end--;
        }
        if (end > 1) {
            // It may be another file in another coding.
            recheck(new PathKey().set(path, 0, end - 1));
        }
    }

    private static boolean isOutOfDescriptors(Opened opened) {
        return opened instanceof Opened.Failed(long error)
                && (error == -Errno.EMFILE || error == -Errno.ENFILE);
    }

    /** Gives up all files that are kept for later only; false if there were none. */
    private boolean closeFiles() {
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

    private Lookup forget(PathKey path, @Nullable FileEntry known, Lookup.Missing why) {
        if (known != null && entries.remove(path, known)) {
            known.release();
        }
        return why;
    }

    private Lookup found(
            PathKey path,
            @Nullable FileEntry known,
            Opened.Found found,
            long now,
            boolean mayBlock) {
        byte[] name = path.octets();
        MediaType type = MediaTypes.of(name, 0, name.length);
        long size = found.stat().size();
        CompressedStore here = CompressedStore.takes(size) ? store : null;
        Siblings siblings = type.compressible()
                ? Siblings.find(root, here, name, found.stat(), !mayBlock)
                : Siblings.NONE;
        if (known != null
                && found.stat().equals(known.stat())
                && known.variants().are(siblings)
                && known.retain()) {
            found.file().close();
            siblings.close();
            known.checked(now);
            known.used(now);
            return known;
        }
        boolean toBeRead = size <= bodyMax || siblings.hasSmall(bodyMax);
        if (!mayBlock && (siblings.isCold() || toBeRead)) {
            // Its content is to be read, and that may wait for a disk.
            found.file().close();
            siblings.close();
            return Lookup.Missing.COLD;
        }
        int makeable = here != null && type.compressible() ? here.codings() : 0;
        boolean negotiated = makeable != 0 || !siblings.isEmpty();
        Variants variants = siblings.load(
                (sibling, coding) ->
                        load(sibling, type.bytes(), coding, negotiated, Variants.NONE, now),
                makeable);
        FileEntry entry =
                load(found, type.bytes(), ContentCoding.IDENTITY, negotiated, variants, now);
        entry.retain();
        remember(path.copy(), entry, now);
        return entry;
    }

    private FileEntry load(
            Opened.Found found,
            byte[] type,
            ContentCoding coding,
            boolean negotiated,
            Variants variants,
            long now) {
        byte[] body = null;
        FileStat stat = found.stat();
        if (stat.size() == 0) {
            body = new byte[0];
        } else if (stat.size() <= bodyMax) {
            body = readBody(found.file(), stat);
        }
        long wallSeconds = System.currentTimeMillis() / 1_000;
        Representation representation =
                Representation.of(stat, type, coding, negotiated, wallSeconds);
        if (body != null) {
            found.file().close();
        }
        return new FileEntry(
                body == null ? found.file() : null, stat, representation, body, variants, now);
    }

    /** The content as one version, or null when it would not hold still. */
    private static byte @Nullable [] readBody(OpenFile file, FileStat stat) {
        for (int i = 0; i < READ_TRIES; i++) {
            byte[] body = file.content((int) stat.size());
            if (body != null && Versions.unchanged(file, stat)) {
                return body;
            }
        }
        return null;
    }

    /** Has a content compressed; the next client after that gets it so. */
    void compress(PathKey path, FileEntry entry, ContentCoding coding) {
        if (store != null && entry.ask(coding)) {
            PathKey key = path.copy();
            store.request(key.octets(), entry.stat(), coding, () -> recheck(key));
        }
    }

    /** Has a name resolved again when it is asked for next. */
    private void recheck(PathKey key) {
        FileEntry entry = entries.get(key);
        if (entry != null) {
            entry.checked(System.nanoTime() - 2 * BELIEVED_NANOS);
        }
    }

    private void remember(PathKey key, FileEntry entry, long now) {
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

    /** Files that are known now, open or in memory. */
    int size() {
        return entries.size();
    }

    void close() {
        synchronized (ring) {
            closed = true;
            while (!ring.isEmpty()) {
                drop(ring.removeFirst());
            }
        }
    }
}
