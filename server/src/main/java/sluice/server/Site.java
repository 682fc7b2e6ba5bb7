package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Copy;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.Service;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** A document root as it is served: shared by all loops. */
final class Site implements Service {
    /** What a directory is represented by, if it is there. */
    private static final byte[] INDEX = "index.html".getBytes(StandardCharsets.US_ASCII);

    /**
     * What may be seen.
     *
     * @param listing whether a directory without an index is listed
     * @param dotfiles whether names that begin with a dot are served and listed
     */
    record Options(boolean listing, boolean dotfiles) {}

    private final DocumentRoot root;
    private final FileCache cache;
    private final Options options;
    private final byte @Nullable [] memoryLine;
    private final byte @Nullable [] regionLine;

    /**
     * @param memoryLine a field line for answers from memory, or null
     * @param regionLine the same for answers from files
     */
    Site(
            DocumentRoot root,
            FileCache cache,
            Options options,
            byte @Nullable [] memoryLine,
            byte @Nullable [] regionLine) {
        this.root = root;
        this.cache = cache;
        this.options = options;
        this.memoryLine = memoryLine;
        this.regionLine = regionLine;
    }

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        LoopSite loopSite = new LoopSite(this, loop);
        return () -> new Http1Protocol(this, loopSite);
    }

    FileCache cache() {
        return cache;
    }

    Options options() {
        return options;
    }

    byte[] index() {
        return INDEX;
    }

    /** The line that tells the path of an answer, or null. */
    byte @Nullable [] explainLine(boolean fromMemory) {
        return fromMemory ? memoryLine : regionLine;
    }

    /** The same for any copy path. */
    static byte @Nullable [] explainLine(boolean explain, String copy, String model) {
        return explain
                ? ("Sluice-Path: copy=" + copy + ", model=" + model + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII)
                : null;
    }

    /** Finds out what a loop could not wait for. May block. */
    Resolution resolve(Resolution.Question question) {
        Lookup lookup = cache.find(question.path(), System.nanoTime(), true);
        byte[] directory = question.directory();
        if (lookup != Lookup.Missing.NOT_FOUND || directory == null) {
            return new Resolution(lookup, null);
        }
        return new Resolution(lookup, list(directory, question.options()));
    }

    private @Nullable Listing list(byte[] path, ListingOptions listingOptions) {
        // "/a/b/" is found as "a/b/", the root as "".
        if (!(root.open(path, 1, path.length, false) instanceof Opened.Found found)) {
            return null;
        }
        try {
            if (found.stat().kind() != FileKind.DIRECTORY) {
                return null;
            }
            DirectoryEntries entries =
                    root.list(found.file(), path, 1, path.length, options.dotfiles());
            return new Listing(path, 0, path.length, entries, listingOptions);
        } finally {
            found.file().close();
        }
    }

    /** How small bodies must be to be sent from memory: a path that was asked for by name is taken. */
    static int bodyMax(Copy copy) {
        return copy == Copy.AUTO ? FileCache.BODY_MAX : 0;
    }
}
