package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.server.EntityTags;
import sluice.server.ServedFiles;
import sluice.server.SymlinkPolicy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Options that choose which files are served, and how. */
final class FilesOptions {
    @Option(
            names = "--no-listing",
            negatable = false,
            description = "respond 404 to a directory without index.html instead of listing it")
    private boolean noListing;

    @Option(
            names = "--dotfiles",
            description = "serve files whose names begin with a dot, too (/.well-known/ always is)")
    private boolean dotfiles;

    @Option(
            names = "--symlinks",
            paramLabel = "POLICY",
            defaultValue = "inside",
            description =
                    "symbolic links to follow: inside (relative links that stay inside DIR), none,"
                            + " all (default: ${DEFAULT-VALUE})")
    private SymlinkPolicy symlinks = SymlinkPolicy.INSIDE;

    @Option(
            names = "--mount",
            paramLabel = "PATH=DIR",
            converter = Mount.Converter.class,
            description = "serve another directory at a path, as --mount /iso=/srv/iso; repeatable,"
                    + " not with --writable")
    private List<Mount> mounts = List.of();

    @Option(
            names = "--compress",
            description = "compress text files once, in the background, and keep the results in a"
                    + " cache directory (default: .cache/sluice in your home)")
    private boolean compress;

    @Option(
            names = "--compress-cache",
            paramLabel = "CACHE",
            description = "with --compress: another cache directory, which no other program writes"
                    + " to")
    private @Nullable Path compressCache;

    @Option(
            names = "--no-siblings",
            negatable = false,
            description = "leave files like app.js.br alone instead of sending them for app.js")
    private boolean noSiblings;

    @Option(
            names = "--mime",
            paramLabel = "EXT=TYPE",
            converter = TypeOfExtension.class,
            description = TypeOfExtension.DESCRIPTION)
    private List<TypeOfExtension.Pair> types = List.of();

    @Option(
            names = "--fresh",
            paramLabel = "DURATION",
            defaultValue = "1s",
            converter = TimeSpan.class,
            description = "how long to believe what a name led to, of a file or of DIR itself, e.g."
                    + " 500ms or 1m; 0 looks at each request (default: ${DEFAULT-VALUE})")
    private Duration fresh = ServedFiles.FRESH;

    @Option(
            names = "--etag",
            paramLabel = "KIND",
            defaultValue = "mtime-size",
            description =
                    "what entity tags are made of: mtime-size (copies by rsync -t agree), stat"
                            + " (ctime and inode, too: one machine's own), content (reads each file"
                            + " whole before its first response) (default: ${DEFAULT-VALUE})")
    private EntityTags tags = EntityTags.MTIME_SIZE;

    /**
     * The settings that the options choose.
     *
     * @throws IllegalArgumentException if the options contradict one another
     */
    ServedFiles files(Path root) {
        return ServedFiles.in(root)
                .withListing(!noListing)
                .withDotfiles(dotfiles)
                .withSymlinks(symlinks)
                .withCompressedIn(compressedIn(root))
                .withFresh(fresh)
                .withSiblings(!noSiblings)
                .withTypes(TypeOfExtension.map(types))
                .withTags(tags)
                .withMounts(Mount.map(mounts));
    }

    private @Nullable Path compressedIn(Path root) {
        if (!compress) {
            return null;
        }
        Path cache = compressCache == null ? Cache.directory(root) : compressCache;
        boolean served = Stream.concat(Stream.of(root), mounts.stream().map(Mount::directory))
                .anyMatch(directory -> Cache.isServed(cache, directory, dotfiles));
        if (served) {
            throw new IllegalArgumentException("the cache of --compress would be in the served"
                    + " directory, at " + cache + "; choose another by --compress-cache");
        }
        return cache;
    }
}
