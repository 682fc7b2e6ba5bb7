package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.ChosenTypes;
import sluice.http.ContentCoding;
import sluice.io.SparseLog;
import sluice.linux.Errno;
import sluice.server.EntityTags;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.Opened;
import sluice.server.root.PathKey;
import sluice.server.rules.FieldRules;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Caches open files by path, so that the next look-up of a file takes no system call. The cache
 * trusts a version for a while ({@link Rules#freshNanos}); then it resolves the name again, and
 * detects that somebody replaced, truncated or rewrote the file. For as long it trusts the name of
 * the root. Any thread may call.
 *
 * <p>This class does the look-up: {@link FileLoader} makes entries, {@link Eviction} drops them.
 */
public final class FileCache {
    /**
     * What the settings of the served files ask of the cache.
     *
     * @param bodyMax largest body kept in memory; 0 for those of empty files only
     * @param freshNanos how long the cache trusts a resolved name; 0 to resolve it at each request
     * @param siblings whether files like {@code app.js.br} are sent for {@code app.js}
     * @param types media types by name
     * @param tags what entity tags are made of
     * @param fields fields by path
     */
    public record Rules(
            int bodyMax,
            long freshNanos,
            boolean siblings,
            ChosenTypes types,
            EntityTags tags,
            FieldRules fields) {}

    private final DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final FileLoader loader;
    private final Eviction eviction;
    private final long freshNanos;
    private final RootName rootName;
    private final Eviction.Entries kept = new Eviction.Entries();
    private final ConcurrentHashMap<PathKey, FileEntry> entries = kept.byPath();
    private final SparseLog trouble =
            new SparseLog(System.getLogger("sluice.server"), System::nanoTime);
    /** Number of changes that this server has made to files. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * @param store compresses content, or null
     * @param eviction limits the entries of all caches
     */
    public FileCache(
            DocumentRoot root, @Nullable CompressedStore store, Eviction eviction, Rules rules) {
        this.root = root;
        this.store = store;
        loader = new FileLoader(root, store, rules);
        this.eviction = eviction;
        freshNanos = rules.freshNanos();
        rootName = new RootName(root, freshNanos, this::dropAll);
    }

    /** Called when the root has become another directory, or has none. */
    private void dropAll() {
        // First, so that a thread that has opened an old file notices after it added its entry.
        changes.incrementAndGet();
        eviction.drop(kept);
    }

    /** Whether the name of the root leads to a directory; may block. */
    public boolean hasRoot() {
        long now = System.nanoTime();
        return rootName.isBelieved(now) || rootName.look(now, true) == null;
    }

    /**
     * Looks up the file of a path.
     *
     * @param now nanoseconds on the loops' clock
     * @param mayBlock whether this thread may wait for the file system; else the result may be
     *     {@code COLD}
     * @return a retained entry, which the caller releases; or the reason why there is none
     */
    public Lookup find(PathKey path, long now, boolean mayBlock) {
        if (!rootName.isBelieved(now)) {
            Lookup.Missing missing = rootName.look(now, mayBlock);
            if (missing != null) {
                return missing;
            }
        }
        FileEntry entry = entries.get(path);
        if (entry != null && entry.retain()) {
            // The response will promise a region, so size and version must be current.
            if (isBelieved(entry, now) && entry.isCurrent(now)) {
                entry.used(now);
                return entry;
            }
            entry.release();
        }
        return resolve(path, entry, now, mayBlock);
    }

    private boolean isBelieved(FileEntry entry, long now) {
        return freshNanos > 0 && entry.checkedSince(now - freshNanos);
    }

    private Lookup resolve(PathKey path, @Nullable FileEntry known, long now, boolean mayBlock) {
        byte[] octets = path.octets();
        long changesBefore = changes.get();
        Opened opened = root.open(octets, octets.length, !mayBlock);
        if (isOutOfDescriptors(opened) && eviction.closeFiles()) {
            opened = root.open(octets, octets.length, !mayBlock);
        }
        return switch (opened) {
            case Opened.Cold _ -> Lookup.Missing.COLD;
            case Opened.NotFound _ -> forget(path, known, Lookup.Missing.NOT_FOUND);
            case Opened.Forbidden _ -> forget(path, known, Lookup.Missing.FORBIDDEN);
            case Opened.Unreachable store ->
                store.late() ? Lookup.Missing.LATE : Lookup.Missing.UNREACHABLE;
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
                Lookup lookup = loader.load(octets, found, known, now, mayBlock);
                if (lookup instanceof FileEntry entry) {
                    if (!entry.equals(known)) {
                        eviction.remember(kept, path.copy(), entry, now);
                    }
                    if (changes.get() != changesBefore) {
                        // A thread may open a file before the change and add it afterwards.
                        entry.checked(now - 2 * freshNanos);
                    }
                    yield lookup;
                }
                yield lookup != Lookup.Missing.NOT_FOUND
                        ? lookup
                        : forget(path, known, Lookup.Missing.NOT_FOUND);
            }
        };
    }

    /** Called after this server has changed a file: each later look-up finds the new version. */
    public void changed(byte[] path) {
        changes.incrementAndGet();
        recheck(new PathKey().set(path, 0, path.length));
        int end = path.length;
        while (end > 0 && path[end - 1] != '.') {
            end--;
        }
        if (end > 1) {
            // The changed file may be the compressed sibling of another file.
            recheck(new PathKey().set(path, 0, end - 1));
        }
    }

    private static boolean isOutOfDescriptors(Opened opened) {
        return opened instanceof Opened.Failed(long error)
                && (error == -Errno.EMFILE || error == -Errno.ENFILE);
    }

    private Lookup forget(PathKey path, @Nullable FileEntry known, Lookup.Missing why) {
        if (known != null && entries.remove(path, known)) {
            known.release();
        }
        return why;
    }

    /** Has the store compress a content; clients get the result when it is complete. */
    public void compress(PathKey path, FileEntry entry, ContentCoding coding) {
        if (store != null && entry.ask(coding)) {
            PathKey key = path.copy();
            store.request(key.octets(), entry.stat(), coding, () -> recheck(key));
        }
    }

    /** Makes the next look-up resolve a name again. */
    private void recheck(PathKey key) {
        FileEntry entry = entries.get(key);
        if (entry != null) {
            entry.checked(System.nanoTime() - 2 * freshNanos);
        }
    }

    /** Number of entries. */
    int size() {
        return entries.size();
    }

    public void close() {
        eviction.close(kept);
    }
}
