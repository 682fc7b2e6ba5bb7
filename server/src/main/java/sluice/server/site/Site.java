package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.server.Encoder;
import sluice.server.ServedFiles;
import sluice.server.Uploads;
import sluice.server.content.CompressedStore;
import sluice.server.content.Ending;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A document root as it is served: shared by all loops. */
public final class Site {
    /** What a directory is represented by, if it is there. */
    private static final byte[] INDEX = "index.html".getBytes(StandardCharsets.US_ASCII);

    /** What compressed content may take on disk; the oldest goes first. */
    private static final long COMPRESSED_MAX = 1L << 30;

    /** At one time: 16 MiB of buffers, and what a small machine's disk can make use of. */
    private static final int UPLOADS_MAX = 256;
    /** The same where sockets need the low descriptors that files and pipes get. */
    private static final int UPLOADS_MAX_AMONG_SOCKETS = 32;
    /** Its directory, its file and a pipe. */
    private static final int DESCRIPTORS_PER_UPLOAD = 4;

    private static final long UPLOADS_SWEPT_NANOS = Duration.ofMinutes(10).toNanos();

    private final DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final FileCache cache;
    private final ListingBudget listings = new ListingBudget();
    private final ServedFiles files;

    private final ExecutorService background = background();
    private final @Nullable UploadStore uploads;
    private long sweptAt = System.nanoTime();

    private Site(
            DocumentRoot root,
            @Nullable CompressedStore store,
            FileCache cache,
            @Nullable UploadStore uploads,
            ServedFiles files) {
        this.root = root;
        this.store = store;
        this.cache = cache;
        this.uploads = uploads;
        this.files = files;
    }

    private static ExecutorService background() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().name("sluice-background").daemon().unstarted(task));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * Opens what is to be served, and what belongs to it.
     *
     * @param cell that the files are sent by
     * @param openFilesMax files kept open
     */
    public static Site open(ServedFiles files, Cell cell, int openFilesMax) throws IOException {
        int lowestFile = cell.model().lowestFile();
        DocumentRoot root = DocumentRoot.open(files.root(), files.symlinks(), lowestFile);
        try {
            CompressedStore store = store(files, root, lowestFile);
            int uploads = files.uploads() == null ? 0 : uploadsMax(lowestFile, openFilesMax);
            int cached = openFilesMax - uploads * DESCRIPTORS_PER_UPLOAD;
            FileCache cache = new FileCache(root, store, cached, bodyMax(files, cell));
            UploadStore uploadStore = uploads(files, root, cache, uploads);
            Site site = new Site(root, store, cache, uploadStore, files);
            site.beginSweeping();
            return site;
        } catch (IOException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private static int uploadsMax(int lowestFile, int openFilesMax) {
        int share = openFilesMax / DESCRIPTORS_PER_UPLOAD / 2;
        int most = lowestFile > 0 ? UPLOADS_MAX_AMONG_SOCKETS : UPLOADS_MAX;
        return Math.clamp(share, 1, most);
    }

    private static @Nullable UploadStore uploads(
            ServedFiles files, DocumentRoot root, FileCache cache, int most) {
        Uploads uploads = files.uploads();
        if (uploads == null) {
            return null;
        }
        if (root instanceof LinuxRoot linux) {
            return new UploadStore(linux, cache, uploads, files, most, Kernel.LINUX);
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
    public void sweep(long now) {
        cache.sweep(now);
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

    /**
     * Runs what nobody waits for. Bounded by its users: each thing is asked for once per version.
     */
    void inBackground(Runnable task) {
        background.execute(task);
    }

    /** A root that a task still uses stays open: its descriptor must not become another's. */
    public void close() {
        cache.close();
        if (uploads != null) {
            uploads.close();
        }
        boolean quiet = Ending.endsSoon(background);
        if (store != null) {
            quiet &= store.close();
        }
        if (quiet) {
            root.close();
        }
    }

    FileCache cache() {
        return cache;
    }

    /** What changes files, or null if nothing may. */
    public @Nullable UploadStore uploads() {
        return uploads;
    }

    public ListingBudget listings() {
        return listings;
    }

    /** What may be seen. */
    ServedFiles options() {
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
                ? listings.make(() -> list(directory, question.options()))
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
                listings.hold(new Listing(path, 0, path.length, entries, listingOptions));
        return listing == null
                ? new Resolution(Lookup.Missing.BUSY, null)
                : new Resolution(Lookup.Missing.NOT_FOUND, listing);
    }

    /**
     * How small bodies must be to be sent from memory: a path that was asked for by name is taken.
     */
    private static int bodyMax(ServedFiles files, Cell cell) {
        return cell.copy() == Copy.AUTO ? files.memoryUpTo() : 0;
    }
}
