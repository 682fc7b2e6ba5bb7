package sluice.server;

import org.jspecify.annotations.Nullable;

/** What a worker found out for a request whose answer takes waiting for the file system. */
record Resolution(Lookup lookup, @Nullable Listing listing) {
    /**
     * What to find out.
     *
     * @param path the file to look up
     * @param directory what to list if there is no such file, or null
     * @param query of the request, as sent
     */
    record Question(PathKey path, byte @Nullable [] directory, String query) {}

    /** Nobody wants it any more. */
    void release() {
        if (lookup instanceof FileEntry entry) {
            entry.release();
        }
    }
}
