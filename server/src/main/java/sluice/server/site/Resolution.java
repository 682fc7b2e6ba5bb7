package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.listing.ListingBudget;
import sluice.server.listing.ListingOptions;
import sluice.server.root.PathKey;

/** A worker's result for a request whose response has to wait for the file system. */
public record Resolution(Lookup lookup, ListingBudget.@Nullable Held listing) {
    /** The result if a worker failed. */
    static final Resolution FAILED = new Resolution(Lookup.Missing.FAILED, null);

    /**
     * The question for a worker.
     *
     * @param path the file to look up
     * @param directory the directory to list if the file is missing, with its slashes; or null
     */
    public record Question(PathKey path, byte @Nullable [] directory, ListingOptions options) {}

    /** Releases the result, which nobody needs any more. */
    public void release() {
        if (lookup instanceof FileEntry entry) {
            entry.release();
        }
        if (listing != null) {
            listing.release();
        }
    }
}
