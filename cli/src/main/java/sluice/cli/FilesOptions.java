package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.server.ServedFiles;
import sluice.server.SymlinkPolicy;
import sluice.server.Uploads;

import java.nio.file.Path;

/** The flags that say which files are served, and how. */
final class FilesOptions {
    @Option(
            names = "--no-listing",
            negatable = false,
            description = "answer 404 for a directory without index.html")
    private boolean noListing;

    @Option(names = "--dotfiles", description = "serve names that begin with a dot, too")
    private boolean dotfiles;

    @Option(
            names = "--symlinks",
            paramLabel = "S",
            defaultValue = "inside",
            description = "links to follow: inside (relative and staying inside), none, all"
                    + " (${DEFAULT-VALUE})")
    private SymlinkPolicy symlinks = SymlinkPolicy.INSIDE;

    @Option(
            names = "--compress",
            arity = "0..1",
            paramLabel = "CACHE",
            fallbackValue = "",
            description = "compress texts once, in the background, into this directory"
                    + " (.cache/sluice in your home)")
    private @Nullable String compress;

    @Option(
            names = "--writable",
            description = "let clients change files by PUT and DELETE: all files, any client")
    private boolean writable;

    @Option(
            names = "--max-upload",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "what an uploaded file may have at most, as 500M or 10G (what fits)")
    private @Nullable Long maxUpload;

    @Option(names = "--explain", description = "tell each answer's path in a Sluice-Path field")
    private boolean explain;

    /**
     * What was chosen.
     *
     * @throws IllegalArgumentException for flags that do not go together
     */
    ServedFiles files(Path root) {
        return ServedFiles.in(root)
                .withListing(!noListing)
                .withDotfiles(dotfiles)
                .withSymlinks(symlinks)
                .withCompressedIn(compressedIn(root))
                .withUploads(uploads())
                .withExplain(explain);
    }

    private @Nullable Path compressedIn(Path root) {
        if (compress == null) {
            return null;
        }
        return compress.isEmpty() ? Cache.directory(root) : Path.of(compress);
    }

    private @Nullable Uploads uploads() {
        if (maxUpload != null && !writable) {
            throw new IllegalArgumentException("--max-upload needs --writable");
        }
        if (!writable) {
            return null;
        }
        return maxUpload == null ? Uploads.defaults() : Uploads.defaults().withMaxSize(maxUpload);
    }
}
