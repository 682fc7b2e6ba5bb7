package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.server.Encoder;
import sluice.server.ServedFiles;
import sluice.server.Uploads;
import sluice.server.content.CompressedStore;
import sluice.server.content.FileCache;
import sluice.server.content.Lookup;
import sluice.server.listing.Listing;
import sluice.server.listing.ListingBudget;
import sluice.server.listing.ListingOptions;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.LinuxRoot;
import sluice.server.root.Opened;
import sluice.server.upload.UploadStore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A document root as it is served: shared by all loops, closed when the last use of it ends. */
public final class Site {
    /** What a directory is represented by, if it is there. */
    private static final byte[] INDEX = "index.html".getBytes(StandardCharsets.US_ASCII);

    /** What compressed content may take on disk; the oldest goes first. */
    private static final long COMPRESSED_MAX = 1L << 30;

    private static final long UPLOADS_SWEPT_NANOS = Duration.ofMinutes(10).toNanos();

    private final DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final FileCache cache;
    private final ServedFiles files;

    private final ServerResources resources;
    private final @Nullable UploadStore uploads;
    private final UseCount uses = new UseCount(this::closeInBackground);
    private final AtomicBoolean closed = new AtomicBoolean();
    private long sweptAt = System.nanoTime();

    private Site(
            DocumentRoot root,
            @Nullable CompressedStore store,
            FileCache cache,
            @Nullable UploadStore uploads,
            ServedFiles files,
            ServerResources resources) {
        this.root = root;
        this.store = store;
        this.cache = cache;
        this.uploads = uploads;
        this.files = files;
        this.resources = resources;
    }

    /** Opens what is to be served, and what belongs to it. */
    public static Site open(ServedFiles files, ServerResources resources) throws IOException {
        Cell cell = resources.cell();
        int lowestFile = cell.model().lowestFile();
        DocumentRoot root = DocumentRoot.open(files.root(), files.symlinks(), lowestFile);
        try {
            CompressedStore store = store(files, root, lowestFile);
            FileCache cache =
                    new FileCache(root, store, resources.eviction(), bodyMax(files, cell));
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
        throw new IllegalArgumentException("files can be changed on Linux with openat2(2) only,"
                + " where the kernel keeps the bounds of the root");
    }

    private void beginSweeping() {
        if (uploads != null) {
            inBackground(uploads.sweep()::all);
        }
    }

    /** What is to be done from time to time. */
    void sweep(long now) {
        if (uploads != null && now - sweptAt > UPLOADS_SWEPT_NANOS) {
            sweptAt = now;
            inBackground(uploads.sweep()::noted);
        }
    }

    private static @Nullable CompressedStore store(
            ServedFiles files, DocumentRoot root, int lowestFile) throws IOException {
        Path directory = files.compressedIn();
        return directory == null
                ? null
                : new CompressedStore(root, directory, Encoder.all(), COMPRESSED_MAX, lowestFile);
    }

    /** Runs what nobody waits for, unless the site has gone when it is its turn. */
    void inBackground(Runnable task) {
        resources.inBackground(() -> {
            if (uses.retain(0)) {
                try {
                    task.run();
                } finally {
                    uses.release(0);
                }
            }
        });
    }

    /** Who uses it: each request until it has its answer, and each worker. */
    UseCount uses() {
        return uses;
    }

    /** Lets nobody use it any more who does not use it now; it closes when nobody does. */
    void retire() {
        stopSweeping();
        uses.retire();
    }

    void stopSweeping() {
        if (uploads != null) {
            uploads.sweep().stop();
        }
    }

    /** Whoever was the last may be a loop, and closing files may wait for a disk. */
    private void closeInBackground() {
        resources.inBackground(() -> close(true));
    }

    /**
     * Lets go of every file.
     *
     * @param quiet whether nothing uses the root any more; else it stays open, since its descriptor
     *     must not become another's
     */
    public void close(boolean quiet) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        cache.close();
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

    /** What changes files, or null if nothing may. */
    public @Nullable UploadStore uploads() {
        return uploads;
    }

    public ListingBudget listings() {
        return resources.listings();
    }

    /** What may be seen. */
    public ServedFiles options() {
        return files;
    }

    byte[] index() {
        return INDEX;
    }

    /** Finds out what a loop could not wait for. May block. */
    public Resolution resolve(Resolution.Question question) {
        Lookup lookup = cache.find(question.path(), System.nanoTime(), true);
        byte[] directory = question.directory();
        return lookup.isNoFile() && directory != null
                ? listings().make(() -> list(directory, question.options()))
                : new Resolution(lookup, null);
    }

    private Resolution list(byte[] path, ListingOptions listingOptions) {
        // "/a/b/" is found as "a/b/", the root as "".
        return switch (root.open(path, 1, path.length, false)) {
            case Opened.Found found -> {
                try {
                    yield list(found, path, listingOptions);
                } finally {
                    found.file().close();
                }
            }
            case Opened.Forbidden _ -> new Resolution(Lookup.Missing.FORBIDDEN, null);
            default -> new Resolution(Lookup.Missing.NOT_FOUND, null);
        };
    }

    private Resolution list(Opened.Found found, byte[] path, ListingOptions listingOptions) {
        if (found.stat().kind() != FileKind.DIRECTORY) {
            return new Resolution(Lookup.Missing.NOT_FOUND, null);
        }
        DirectoryEntries entries = root.list(found.file(), path, 1, path.length, files.dotfiles());
        if (entries.error() != 0 && entries.entries().isEmpty()) {
            boolean forbidden = entries.error() == -Errno.EACCES;
            return new Resolution(
                    forbidden ? Lookup.Missing.FORBIDDEN : Lookup.Missing.FAILED, null);
        }
        ListingBudget.Held listing =
                listings().hold(new Listing(path, 0, path.length, entries, listingOptions));
        return listing == null
                ? new Resolution(Lookup.Missing.BUSY, null)
                : new Resolution(Lookup.Missing.NOT_FOUND, listing);
    }

    /**
     * How small bodies must be to be sent from memory: a path that was asked for by name is taken.
     */
    private static int bodyMax(ServedFiles files, Cell cell) {
        return cell.copy() == CopyMode.AUTO ? files.memoryUpTo() : 0;
    }
}
