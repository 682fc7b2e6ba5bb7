package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.ContentCoding;
import sluice.io.SparseLog;
import sluice.linux.Errno;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.Opened;
import sluice.server.root.PathKey;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Open files by path, so that a file asked for again costs no system call to find. A version is
 * believed for {@link #BELIEVED_NANOS}; then its name is resolved again, and a file that was
 * replaced, truncated or rewritten is found to be another version. Any thread.
 *
 * <p>This is the look-up: {@link FileLoader} makes the entries, {@link Eviction} lets go of them.
 */
public final class FileCache {
    /**
     * How long a name is believed to lead where it led. One resolution per file and this time costs
     * nothing that can be measured; without it, resolving would double the cost of a small file.
     */
    static final long BELIEVED_NANOS = 1_000_000_000;

    private final DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final FileLoader loader;
    private final Eviction eviction;
    private final Eviction.Entries kept = new Eviction.Entries();
    private final ConcurrentHashMap<PathKey, FileEntry> entries = kept.byPath();
    private final SparseLog trouble =
            new SparseLog(System.getLogger("sluice.server"), System::nanoTime);
    /** Times that a file was changed by this server. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * @param store where content is compressed, or null
     * @param eviction of the files that are known, which stay
     * @param bodyMax size up to which bodies are kept in memory; 0 for those of empty files only
     */
    public FileCache(
            DocumentRoot root, @Nullable CompressedStore store, Eviction eviction, int bodyMax) {
        this.root = root;
        this.store = store;
        loader = new FileLoader(root, store, bodyMax);
        this.eviction = eviction;
    }

    /**
     * Finds the file of a path.
     *
     * @param now nanoseconds on the loops' clock
     * @param mayBlock whether the file system may be waited for; if not, {@code COLD} is an answer
     * @return an entry with one use more, to be released; or why there is none
     */
    public Lookup find(PathKey path, long now, boolean mayBlock) {
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
        if (isOutOfDescriptors(opened) && eviction.closeFiles()) {
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
                Lookup lookup = loader.load(octets, found, known, now, mayBlock);
                if (lookup instanceof FileEntry entry) {
                    if (!entry.equals(known)) {
                        eviction.remember(kept, path.copy(), entry, now);
                    }
                    if (changes.get() != changesBefore) {
                        // It may have been opened before the change, and remembered after.
                        entry.checked(now - 2 * BELIEVED_NANOS);
                    }
                }
                yield lookup;
            }
        };
    }

    /** This server has changed a file: whoever asks from now on gets what there is now. */
    public void changed(byte[] path) {
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

    private Lookup forget(PathKey path, @Nullable FileEntry known, Lookup.Missing why) {
        if (known != null && entries.remove(path, known)) {
            known.release();
        }
        return why;
    }

    /** Has a content compressed; the next client after that gets it so. */
    public void compress(PathKey path, FileEntry entry, ContentCoding coding) {
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

    /** Files that are known now, open or in memory. */
    int size() {
        return entries.size();
    }

    public void close() {
        eviction.close(kept);
    }
}
