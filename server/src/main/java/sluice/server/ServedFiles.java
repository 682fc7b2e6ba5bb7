package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.http.ChosenTypes;
import sluice.io.Block;
import sluice.io.CopyMode;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Which files are served, and how: {@code ServedFiles.in(directory).withListing(false)}.
 *
 * @param root the directory to serve
 * @param listing whether a directory without index.html is listed
 * @param dotfiles whether names that begin with a dot are served and listed
 * @param symlinks which symbolic links are followed
 * @param explain whether each response has a {@code Sluice-Path} field, which says how it is sent
 * @param memoryUpTo size of the largest file that {@link CopyMode#AUTO} sends from memory, head and
 *     body at once; 0 for none
 * @param compressedIn a directory of the server's own for files that it compresses, once and in the
 *     background; null if it compresses nothing (see {@code siblings} for those that are there)
 * @param uploads bounds for clients that change files; null if clients may not
 * @param fresh how long the server believes what a name led to, also the name of the root; zero to
 *     look at each request, which takes a system call or more per name
 * @param siblings whether files like {@code app.js.br} are sent for {@code app.js}
 * @param types media types by extension (without a dot), before those that the server knows
 * @param mounts other directories, by the paths that they are served at: {@code /iso} for one, and
 *     what the root has there is hidden. Such a site takes no uploads
 * @param tags what entity tags are made of
 * @param tier a store whose objects are served instead of the files of {@code root}, which is then
 *     the directory of the tier; null for none. There are no listings, siblings, mounts, uploads,
 *     and nothing is compressed
 * @param rules header fields, redirects, own error pages, passwords
 */
public record ServedFiles(
        Path root,
        boolean listing,
        boolean dotfiles,
        SymlinkPolicy symlinks,
        boolean explain,
        int memoryUpTo,
        @Nullable Path compressedIn,
        @Nullable Uploads uploads,
        Duration fresh,
        boolean siblings,
        Map<String, String> types,
        Map<String, Path> mounts,
        EntityTags tags,
        @Nullable Tier tier,
        Rules rules) {
    /**
     * The default of {@code fresh}. One look per file in this time has no measurable cost; one per
     * request would double the cost of a small file.
     */
    public static final Duration FRESH = Duration.ofSeconds(1);

    /** Nobody waits longer than a day to see a file that was replaced. */
    public static final Duration FRESH_MAX = Duration.ofDays(1);

    /** Names behind slashes, none of them empty or beginning with a dot. */
    private static final Pattern MOUNT = Pattern.compile("(?:/[^/.\\x00-\\x1f][^/\\x00-\\x1f]*)+");

    /** The default of {@code memoryUpTo}; {@code sluice doctor --calibrate} measures a better. */
    public static final int MEMORY_UP_TO = Block.SIZE / 2;

    /** The maximum: one block holds the file and its head, which has less than a kilobyte. */
    public static final int MEMORY_UP_TO_MAX = Block.SIZE - 2 * 1_024;

    /**
     * @throws IllegalArgumentException if {@code memoryUpTo} or {@code fresh} is out of bounds, an
     *     extension, a type or the path of a mount is malformed, there are uploads beside mounts or
     *     tags of contents, or a directory is not of the default file system
     */
    public ServedFiles {
        requireDefault(root);
        mounts.values().forEach(ServedFiles::requireDefault);
        if (memoryUpTo < 0 || memoryUpTo > MEMORY_UP_TO_MAX) {
            throw new IllegalArgumentException(
                    "memoryUpTo must be between 0 and " + MEMORY_UP_TO_MAX + ", not " + memoryUpTo);
        }
        if (fresh.isNegative() || fresh.compareTo(FRESH_MAX) > 0) {
            throw new IllegalArgumentException("a name can be believed for 0 to "
                    + FRESH_MAX.toHours() + " h, not for " + fresh);
        }
        types = Map.copyOf(types);
        new ChosenTypes(types);
        mounts = Map.copyOf(mounts);
        for (String path : mounts.keySet()) {
            if (!MOUNT.matcher(path).matches()) {
                throw new IllegalArgumentException(
                        "'" + path + "' is no path of a mount; write e.g. /iso");
            }
        }
        boolean local = listing || siblings || uploads != null || compressedIn != null;
        if (tier != null && (local || !mounts.isEmpty())) {
            throw new IllegalArgumentException("a site of a store has no listings, siblings,"
                    + " mounts or uploads, and compresses nothing");
        }
        if (uploads != null && tags == EntityTags.CONTENT) {
            throw new IllegalArgumentException("a site with uploads has no tags of contents: it"
                    + " would read each file before it changes one");
        }
        if (uploads != null && !mounts.isEmpty()) {
            throw new IllegalArgumentException("a site with mounts takes no uploads: they would"
                    + " need a hidden directory in each");
        }
    }

    /** A path of a jar's own file system names another directory to the kernel. */
    private static void requireDefault(Path directory) {
        if (!directory.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IllegalArgumentException("the kernel cannot send from " + directory.toUri()
                    + "; ResourceRoot unpacks resources of a jar");
        }
    }

    /** The defaults: listings, no dotfiles, only links that stay inside, read-only. */
    public static ServedFiles in(Path root) {
        return new ServedFiles(
                root,
                true,
                false,
                SymlinkPolicy.INSIDE,
                false,
                MEMORY_UP_TO,
                null,
                null,
                FRESH,
                true,
                Map.of(),
                Map.of(),
                EntityTags.MTIME_SIZE,
                null,
                Rules.NONE);
    }

    /** A copy with another directory. */
    public ServedFiles withRoot(Path directory) {
        return with(copy -> copy.root = directory);
    }

    /** A copy that lists directories, or does not. */
    public ServedFiles withListing(boolean on) {
        return with(copy -> copy.listing = on);
    }

    /** A copy that serves names that begin with a dot, or does not. */
    public ServedFiles withDotfiles(boolean on) {
        return with(copy -> copy.dotfiles = on);
    }

    /** A copy with another rule for symbolic links. */
    public ServedFiles withSymlinks(SymlinkPolicy policy) {
        return with(copy -> copy.symlinks = policy);
    }

    /** A copy whose responses have a {@code Sluice-Path} field, or not. */
    public ServedFiles withExplain(boolean on) {
        return with(copy -> copy.explain = on);
    }

    /**
     * A copy with another size of the largest file that is sent from memory.
     *
     * @throws IllegalArgumentException for less than 0 or more than {@link #MEMORY_UP_TO_MAX}
     */
    public ServedFiles withMemoryUpTo(int bytes) {
        return with(copy -> copy.memoryUpTo = bytes);
    }

    /** A copy that compresses files into this directory; null compresses nothing. */
    public ServedFiles withCompressedIn(@Nullable Path directory) {
        return with(copy -> copy.compressedIn = directory);
    }

    /** A copy whose clients may change files within these bounds; null if they may not. */
    public ServedFiles withUploads(@Nullable Uploads bounds) {
        return with(copy -> copy.uploads = bounds);
    }

    /**
     * A copy that believes names for another time; zero looks at each request.
     *
     * @throws IllegalArgumentException for less than 0 or more than {@link #FRESH_MAX}
     */
    public ServedFiles withFresh(Duration time) {
        return with(copy -> copy.fresh = time);
    }

    /** A copy that sends files like {@code app.js.br} for {@code app.js}, or leaves them alone. */
    public ServedFiles withSiblings(boolean on) {
        return with(copy -> copy.siblings = on);
    }

    /**
     * A copy with other media types by extension: {@code withTypes(Map.of("log", "text/plain"))}.
     *
     * @throws IllegalArgumentException if an extension or a type is malformed
     */
    public ServedFiles withTypes(Map<String, String> byExtension) {
        return with(copy -> copy.types = byExtension);
    }

    /**
     * A copy with other directories at paths: {@code withMounts(Map.of("/iso", directory))}.
     *
     * @throws IllegalArgumentException if a path is malformed, or there are uploads
     */
    public ServedFiles withMounts(Map<String, Path> byPath) {
        return with(copy -> copy.mounts = byPath);
    }

    /** A copy whose entity tags are made of something else. */
    public ServedFiles withTags(EntityTags kind) {
        return with(copy -> copy.tags = kind);
    }

    /**
     * A copy that serves the objects of a store, and keeps parts of them on this machine. Only the
     * readiness models with the cold guard can ({@link sluice.io.Model}).
     *
     * @throws IllegalArgumentException if there are uploads, mounts or compression
     */
    public ServedFiles withTier(Tier objects) {
        return with(copy -> {
            copy.tier = objects;
            copy.root = objects.directory();
            copy.listing = false;
            copy.siblings = false;
        });
    }

    /** A copy with other rules. */
    public ServedFiles withRules(Rules other) {
        return with(copy -> copy.rules = other);
    }

    private ServedFiles with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.files();
    }

    /** The parts of a record, so that each method above names the one that it changes. */
    private static final class Copy {
        private Path root;
        private boolean listing;
        private boolean dotfiles;
        private SymlinkPolicy symlinks;
        private boolean explain;
        private int memoryUpTo;
        private @Nullable Path compressedIn;
        private @Nullable Uploads uploads;
        private Duration fresh;
        private boolean siblings;
        private Map<String, String> types;
        private Map<String, Path> mounts;
        private EntityTags tags;
        private @Nullable Tier tier;
        private Rules rules;

        Copy(ServedFiles files) {
            root = files.root;
            listing = files.listing;
            dotfiles = files.dotfiles;
            symlinks = files.symlinks;
            explain = files.explain;
            memoryUpTo = files.memoryUpTo;
            compressedIn = files.compressedIn;
            uploads = files.uploads;
            fresh = files.fresh;
            siblings = files.siblings;
            types = files.types;
            mounts = files.mounts;
            tags = files.tags;
            tier = files.tier;
            rules = files.rules;
        }

        ServedFiles files() {
            return new ServedFiles(
                    root,
                    listing,
                    dotfiles,
                    symlinks,
                    explain,
                    memoryUpTo,
                    compressedIn,
                    uploads,
                    fresh,
                    siblings,
                    types,
                    mounts,
                    tags,
                    tier,
                    rules);
        }
    }
}
