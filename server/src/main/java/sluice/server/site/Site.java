package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.ChosenTypes;
import sluice.http.DigestAlgorithm;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Work;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.server.Encoder;
import sluice.server.ServedFiles;
import sluice.server.Uploads;
import sluice.server.archive.Archive;
import sluice.server.archive.ArchiveWalk;
import sluice.server.archive.KeptArchives;
import sluice.server.content.CompressedStore;
import sluice.server.content.FileCache;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.listing.Folder;
import sluice.server.listing.Listing;
import sluice.server.listing.ListingBudget;
import sluice.server.listing.ListingOptions;
import sluice.server.listing.Readme;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.LinuxRoot;
import sluice.server.root.Opened;
import sluice.server.rules.FieldRules;
import sluice.server.upload.UploadStore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** A served document root. All loops share it, and the last use to end closes it. */
public final class Site {
    /** The file that the server sends for a directory, if it exists. */
    private static final byte[] INDEX = "index.html".getBytes(StandardCharsets.US_ASCII);

    /** Most bytes of compressed content on disk; beyond it the store removes the oldest. */
    private static final long COMPRESSED_MAX = 1L << 30;

    private static final long UPLOADS_SWEPT_NANOS = Duration.ofMinutes(10).toNanos();

    private final DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final FileCache cache;
    private final KeptArchives archives = new KeptArchives();
    private final ServedFiles files;
    private final ServerResources resources;
    private final @Nullable UploadStore uploads;
    private final UseCount uses = new UseCount(this::closeInBackground);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ChosenTypes types;
    private final SiteRules rules;
    /** Whether a task looks at the site's own pages for errors, or waits for its turn. */
    private final AtomicBoolean looks = new AtomicBoolean();

    private long sweptAt = System.nanoTime();

    private Site(
            DocumentRoot root,
            @Nullable CompressedStore store,
            FileCache cache,
            @Nullable UploadStore uploads,
            ServedFiles files,
            ServerResources resources)
            throws IOException {
        this.root = root;
        this.store = store;
        this.cache = cache;
        this.uploads = uploads;
        this.files = files;
        types = new ChosenTypes(files.types());
        rules = SiteRules.of(files, root, cache, types, resources);
        this.resources = resources;
    }

    /** Opens the root, and makes its cache and stores. */
    public static Site open(ServedFiles files, ServerResources resources) throws IOException {
        Cell cell = resources.cell();
        int lowestFile = cell.model().lowestFile();
        DocumentRoot root = SiteRoot.open(files, lowestFile);
        try {
            CompressedStore store = store(files, root, lowestFile);
            FileCache cache = new FileCache(root, store, resources.eviction(), rules(files, cell));
            UploadStore uploads = uploads(files, root, cache, resources);
            Site site = new Site(root, store, cache, uploads, files, resources);
            site.beginSweeping();
            return site;
        } catch (IOException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private static @Nullable UploadStore uploads(
            ServedFiles files, DocumentRoot root, FileCache cache, ServerResources resources) {
        Uploads uploads = files.uploads();
        if (uploads == null) {
            return null;
        }
        if (root instanceof LinuxRoot linux) {
            return new UploadStore(linux, cache, uploads, files, resources.uploads(), Kernel.LINUX);
        }
        throw new IllegalArgumentException("uploads need Linux: its calls keep paths in the root");
    }

    private void beginSweeping() {
        if (uploads != null) {
            inBackground(uploads.sweep()::all);
        }
    }

    /** Called from time to time, to remove what uploads and archives left behind. */
    void sweep(long now) {
        archives.sweep(now);
        if (!rules.pages().areNone()) {
            lookAtPages();
        }
        if (uploads != null && now - sweptAt > UPLOADS_SWEPT_NANOS) {
            sweptAt = now;
            inBackground(uploads.sweep()::noted);
        }
    }

    /** One look at a time, so that none pile up behind a disk. */
    private void lookAtPages() {
        if (looks.compareAndSet(false, true)) {
            inBackground(
                    () -> {
                        rules.pages().look();
                        looks.set(false);
                    },
                    () -> looks.set(false));
        }
    }

    private static @Nullable CompressedStore store(
            ServedFiles files, DocumentRoot root, int lowestFile) throws IOException {
        Path directory = files.compressedIn();
        return directory == null
                ? null
                : new CompressedStore(root, directory, Encoder.all(), COMPRESSED_MAX, lowestFile);
    }

    /** Runs a task in the background. */
    private void inBackground(Runnable task) {
        inBackground(task, () -> {});
    }

    /** Runs one of two tasks: the second if the site was retired before its turn. */
    private void inBackground(Runnable task, Runnable retired) {
        resources.inBackground(() -> {
            if (uses.retain(0)) {
                try {
                    task.run();
                } finally {
                    uses.release(0);
                }
            } else {
                retired.run();
            }
        });
    }

    /**
     * Computes a digest in the background. One thread does so for all sites: a hash takes a
     * processor for as long as a file is large, and must not take the workers from listings.
     */
    void computeDigest(FileEntry entry, DigestAlgorithm algorithm) {
        inBackground(() -> compute(entry, algorithm), () -> entry.digest().drop(algorithm));
    }

    /** Retains the entry only now, because a closing server drops background tasks not begun. */
    private static void compute(FileEntry entry, DigestAlgorithm algorithm) {
        if (entry.retain()) {
            try {
                entry.digest().compute(entry, algorithm);
            } finally {
                entry.release();
            }
        }
    }

    /** Counts uses: each request until it has its response, and each worker. */
    UseCount uses() {
        return uses;
    }

    /** Admits no new uses; the site closes when the present ones have ended. */
    void retire() {
        stopSweeping();
        uses.retire();
    }

    void stopSweeping() {
        if (uploads != null) {
            uploads.sweep().stop();
        }
    }

    /** Closes in the background: the last user may be a loop, and a close may wait for a disk. */
    private void closeInBackground() {
        resources.inBackground(() -> close(true));
    }

    /**
     * Closes all files.
     *
     * @param quiet whether nothing uses the root any more; else it stays open, since its descriptor
     *     must not become another's
     */
    public void close(boolean quiet) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        cache.close();
        archives.clear();
        Application.close(rules.applications(), quiet);
        if (uploads != null) {
            uploads.close();
        }
        boolean stored = store == null || store.close();
        if (quiet && stored) {
            root.close();
        }
    }

    public boolean isClosed() {
        return closed.get();
    }

    FileCache cache() {
        return cache;
    }

    /** The store that changes files, or null if requests may change none. */
    public @Nullable UploadStore uploads() {
        return uploads;
    }

    public ListingBudget listings() {
        return resources.listings();
    }

    SiteRules rules() {
        return rules;
    }

    /** The options of the served files. */
    public ServedFiles options() {
        return files;
    }

    byte[] index() {
        return INDEX;
    }

    /** What kind of work a question is. */
    Work kind(Resolution.Question question) {
        boolean elsewhere = files.tier() != null && question.credentials() == null;
        return elsewhere ? Work.REMOTE : question.kind();
    }

    /**
     * Answers a question that a loop could not wait for. May block.
     *
     * @param wanted whether somebody still waits for the result; if not, it may be any
     */
    public Resolution resolve(Resolution.Question question, BooleanSupplier wanted) {
        byte[] credentials = question.credentials();
        if (credentials != null) {
            boolean right = rules.guard().check(credentials, System.nanoTime());
            return right ? Resolution.ADMITTED : Resolution.REFUSED;
        }
        byte[] directory = question.directory();
        if (directory == null) {
            return Resolution.of(
                    rules.names().find(question.path(), question.ask(), System.nanoTime(), true));
        }
        byte[] tag = question.archiveTag();
        ListingBudget.Draft draft = listings().begin(wanted);
        Resolution result =
                tag == null ? list(directory, question, draft) : archive(directory, tag, draft);
        if (result.lookup() == Lookup.Missing.BUSY) {
            // What is kept for clients that may come back must not stop those that are here.
            archives.clear();
        }
        return result;
    }

    private Resolution archive(byte[] directory, byte[] tag, ListingBudget.Draft draft) {
        Archive known = archives.find(directory, tag);
        if (known != null) {
            return Resolution.of(known);
        }
        var walk = new ArchiveWalk(root, directory, INDEX, files.dotfiles(), draft);
        Archive archive = walk.walk(archives);
        return archive == null ? Resolution.noListing(walk.reason()) : Resolution.of(archive);
    }

    private Resolution list(byte[] path, Resolution.Question question, ListingBudget.Draft draft) {
        // The root opens "/a/b/" as "a/b/", and itself as "".
        return switch (root.open(path, 1, path.length, false)) {
            case Opened.Found found -> {
                try {
                    yield list(found, path, question, draft);
                } finally {
                    found.file().close();
                }
            }
            case Opened.Forbidden _ -> Resolution.noListing(Lookup.Missing.FORBIDDEN);
            default -> Resolution.noListing(Lookup.Missing.NOT_FOUND);
        };
    }

    private Resolution list(
            Opened.Found found,
            byte[] path,
            Resolution.Question question,
            ListingBudget.Draft draft) {
        if (found.stat().kind() != FileKind.DIRECTORY) {
            return Resolution.noListing(Lookup.Missing.NOT_FOUND);
        }
        DirectoryEntries entries =
                root.list(found.file(), path, 1, path.length, files.dotfiles(), draft::more);
        if (entries.error() != 0 && entries.entries().isEmpty()) {
            boolean forbidden = entries.error() == -Errno.EACCES;
            draft.release();
            return Resolution.noListing(
                    forbidden ? Lookup.Missing.FORBIDDEN : Lookup.Missing.FAILED);
        }
        ListingOptions options = question.options();
        Readme readme = options.json() ? null : readme(path, entries);
        boolean room = readme == null || draft.holds(readme.html().length);
        if (!room || draft.isFull() || !draft.isWanted()) {
            draft.release();
            return Resolution.noListing(Lookup.Missing.BUSY);
        }
        Folder folder = new Folder(entries, uploads != null, files.siblings(), types, readme);
        Listing listing = new Listing(
                path, 0, path.length, folder, options, question.gzip(), draft::isWanted);
        return Resolution.of(new ListingBudget.Held(listing, draft));
    }

    private static FileCache.Rules rules(ServedFiles files, Cell cell) {
        return new FileCache.Rules(
                bodyMax(files, cell),
                files.fresh().toNanos(),
                files.siblings(),
                new ChosenTypes(files.types()),
                files.tags(),
                FieldRules.of(files.rules()));
    }

    /** The text that the page of a directory shows below its list. */
    private @Nullable Readme readme(byte[] path, DirectoryEntries entries) {
        String name = Readme.find(entries);
        if (name == null) {
            return null;
        }
        byte[] file = Arrays.copyOf(path, path.length + name.length());
        System.arraycopy(
                name.getBytes(StandardCharsets.US_ASCII), 0, file, path.length, name.length());
        if (!(root.open(file, 1, file.length, false) instanceof Opened.Found found)) {
            return null;
        }
        try {
            long size = found.stat().size();
            byte[] octets = found.stat().kind() == FileKind.REGULAR
                    ? found.file().content((int) Math.min(size, Readme.MAX))
                    : null;
            return octets == null ? null : Readme.of(name, octets, size > Readme.MAX);
        } finally {
            found.file().close();
        }
    }

    /** No body is sent from memory if the user chose a copy path by name. */
    private static int bodyMax(ServedFiles files, Cell cell) {
        return cell.copy() == CopyMode.AUTO ? files.memoryUpTo() : 0;
    }

    /** Size of the largest file that is sent from memory. */
    int bodyMax() {
        return bodyMax(files, resources.cell());
    }
}
