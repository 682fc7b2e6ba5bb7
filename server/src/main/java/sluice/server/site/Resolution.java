package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.io.Work;
import sluice.server.archive.Archive;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.listing.ListingBudget;
import sluice.server.listing.ListingOptions;
import sluice.server.root.PathKey;

/**
 * A worker's result for a request whose response has to wait for the file system.
 *
 * @param lookup what was found; or why there is no listing
 * @param listed whether the question was for a listing or an archive
 */
public record Resolution(
        Lookup lookup,
        boolean listed,
        ListingBudget.@Nullable Held listing,
        @Nullable Archive archive) {
    /** The result if a worker failed. */
    static final Resolution FAILED = noListing(Lookup.Missing.FAILED);

    /** The result of a look-up. */
    static Resolution of(Lookup lookup) {
        return new Resolution(lookup, false, null, null);
    }

    /** The result if there is a listing. */
    static Resolution of(ListingBudget.Held listing) {
        return new Resolution(Lookup.Missing.NOT_FOUND, true, listing, null);
    }

    /** The result if there is an archive. */
    static Resolution of(Archive archive) {
        return new Resolution(Lookup.Missing.NOT_FOUND, true, null, archive);
    }

    /** The result if there is no listing and no archive. */
    static Resolution noListing(Lookup.Missing why) {
        return new Resolution(why, true, null, null);
    }

    /**
     * The question for a worker.
     *
     * @param path the file to look up
     * @param directory the directory to list or to archive instead, with its slashes; or null
     * @param gzip whether to compress the listing
     * @param archiveTag the tag of the archive that the client has a part of, empty if it has
     *     none; null for a listing
     */
    public record Question(
            PathKey path,
            byte @Nullable [] directory,
            ListingOptions options,
            boolean gzip,
            byte @Nullable [] archiveTag) {
        /** What a worker does to answer it. */
        public Work kind() {
            return directory == null ? Work.QUICK : Work.LONG;
        }
    }

    /** Releases the result, which nobody needs any more. */
    public void release() {
        if (lookup instanceof FileEntry entry) {
            entry.release();
        }
        if (listing != null) {
            listing.release();
        }
        if (archive != null) {
            archive.release();
        }
    }
}
