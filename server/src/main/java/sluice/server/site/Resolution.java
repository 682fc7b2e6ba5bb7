package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.listing.ListingBudget;
import sluice.server.listing.ListingOptions;
import sluice.server.root.PathKey;

/** What a worker found out for a request whose answer takes waiting for the file system. */
public record Resolution(Lookup lookup, ListingBudget.@Nullable Held listing) {
    /** A worker gave up. */
    static final Resolution FAILED = new Resolution(Lookup.Missing.FAILED, null);

    /**
     * What to find out.
     *
     * @param path the file to look up
     * @param directory what to list if there is no such file, with its slashes; or null
     */
    public record Question(PathKey path, byte @Nullable [] directory, ListingOptions options) {}

    /** Nobody wants it any more. */
    public void release() {
        if (lookup instanceof FileEntry entry) {
            entry.release();
        }
        if (listing != null) {
            listing.release();
        }
    }
}
