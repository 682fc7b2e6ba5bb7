package sluice.server;

import org.jspecify.annotations.Nullable;

/** What a worker found out for a request whose answer takes waiting for the file system. */
record Resolution(Lookup lookup, ListingBudget.@Nullable Held listing) {
    /** A worker gave up. */
    static final Resolution FAILED = new Resolution(Lookup.Missing.FAILED, null);

    /**
     * What to find out.
     *
     * @param path the file to look up
     * @param directory what to list if there is no such file, with its slashes; or null
     */
    record Question(PathKey path, byte @Nullable [] directory, ListingOptions options) {}

    /** Nobody wants it any more. */
    void release() {
        if (lookup instanceof FileEntry entry) {
            entry.release();
        }
        if (listing != null) {
            listing.release();
        }
    }
}
