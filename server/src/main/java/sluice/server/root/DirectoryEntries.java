package sluice.server.root;

import sluice.linux.Errno;
import sluice.server.ByteCount;

import java.util.List;
import java.util.StringJoiner;

/**
 * The entries of a directory, in no order.
 *
 * @param cut whether the directory has more than {@link #LIMIT} entries
 * @param error 0, or {@code -errno} of the system call that ended the reading early
 */
public record DirectoryEntries(List<DirectoryEntry> entries, boolean cut, long error) {
    /**
     * Most entries that are read. They take about 10 MB of memory and give a page of 30 MB. Nobody
     * finds anything in a longer page, and a client must not fill the server's memory by a listing.
     */
    public static final int LIMIT = 100_000;

    public DirectoryEntries {
        entries = List.copyOf(entries);
    }

    /** Sentences that say why entries may be missing; empty if the list is complete. */
    public String reasonIncomplete() {
        StringJoiner reasons = new StringJoiner(" ");
        if (cut) {
            reasons.add("There are more than " + ByteCount.grouped(LIMIT)
                    + " entries; the others are not shown.");
        }
        if (error != 0) {
            reasons.add("Not all entries could be read: " + Errno.describe(error) + ".");
        }
        return reasons.toString();
    }
}
