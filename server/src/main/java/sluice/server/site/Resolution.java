package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.io.Work;
import sluice.server.archive.Archive;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.listing.ListingBudget;
import sluice.server.listing.ListingOptions;
import sluice.server.root.PathKey;
import sluice.server.rules.Guard;

/**
 * A worker's result for a request whose response has to wait for the file system.
 *
 * @param lookup what was found; or why there is no listing
 * @param instead the other name under which it was found; null if under its own
 * @param listed whether the question was for a listing or an archive
 * @param verdict about credentials, if the question was for that; then nothing was looked up
 * @param decided what an application has decided, if it was asked; then the rest says nothing
 */
public record Resolution(
        Lookup lookup,
        @Nullable PathKey instead,
        boolean listed,
        ListingBudget.@Nullable Held listing,
        @Nullable Archive archive,
        Guard.@Nullable Verdict verdict,
        @Nullable Decision decided) {
    /** The result if a worker failed. */
    static final Resolution FAILED = noListing(Lookup.Missing.FAILED);

    /** The result if credentials were accepted. */
    static final Resolution ADMITTED = of(Guard.Verdict.ADMITTED);

    /** The result if they were not. */
    static final Resolution REFUSED = of(Guard.Verdict.REFUSED);

    private static Resolution of(Guard.Verdict verdict) {
        return new Resolution(Lookup.Missing.FORBIDDEN, null, false, null, null, verdict, null);
    }

    /** The result of a look-up. */
    static Resolution of(OtherNames.Found found) {
        return new Resolution(found.lookup(), found.instead(), false, null, null, null, null);
    }

    /** The result if there is a listing. */
    static Resolution of(ListingBudget.Held listing) {
        return new Resolution(Lookup.Missing.NOT_FOUND, null, true, listing, null, null, null);
    }

    /** The result if there is an archive. */
    static Resolution of(Archive archive) {
        return new Resolution(Lookup.Missing.NOT_FOUND, null, true, null, archive, null, null);
    }

    /** The result if an application was asked. */
    static Resolution of(Decision decided) {
        return new Resolution(Lookup.Missing.NOT_FOUND, null, false, null, null, null, decided);
    }

    /** The same result; null if it is none of a look-up. */
    static @Nullable Resolution ofLookup(@Nullable Resolution result) {
        return result == null || result.verdict() != null ? null : result;
    }

    /** The result if there is no listing and no archive. */
    static Resolution noListing(Lookup.Missing why) {
        return new Resolution(why, null, true, null, null, null, null);
    }

    /**
     * The question for a worker.
     *
     * @param path the file to look up
     * @param ask which other names may be looked up
     * @param credentials to check instead; null for none
     * @param directory the directory to list or to archive instead, with its slashes; or null
     * @param gzip whether to compress the listing
     * @param archiveTag the tag of the archive that the client has a part of, empty if it has
     *     none; null for a listing
     */
    public record Question(
            PathKey path,
            OtherNames.Ask ask,
            byte @Nullable [] credentials,
            byte @Nullable [] directory,
            ListingOptions options,
            boolean gzip,
            byte @Nullable [] archiveTag) {
        /** The question for a file. */
        static Question of(PathKey path, OtherNames.Ask ask) {
            return new Question(path, ask, null, null, ListingOptions.DEFAULT, false, null);
        }

        /** The question whether credentials are right. */
        static Question about(byte[] credentials) {
            PathKey none = new PathKey();
            return new Question(
                    none,
                    OtherNames.Ask.NONE,
                    credentials,
                    null,
                    ListingOptions.DEFAULT,
                    false,
                    null);
        }

        /** What a worker does to answer it. */
        public Work kind() {
            return directory == null && credentials == null ? Work.QUICK : Work.LONG;
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
        if (decided != null) {
            decided.release();
        }
    }
}
