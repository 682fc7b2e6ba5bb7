package sluice.server.root;

import sluice.linux.Errno;
import sluice.server.ByteCount;

import java.util.List;
import java.util.StringJoiner;

/**
 * What is in a directory, in no order.
 *
 * @param cut true when there were more than {@link #LIMIT}
 * @param error 0, or {@code -errno} of the system call that ended the reading early
 */
public record DirectoryEntries(List<DirectoryEntry> entries, boolean cut, long error) {
    /**
     * Entries that are read at most. About 10 MB of memory and a page of 30 MB: beyond it no person
     * finds anything, and a listing must not be a way to fill a server's memory.
     */
    public static final int LIMIT = 100_000;

    public DirectoryEntries {
        entries = List.copyOf(entries);
    }

    /** Why there may be more in the directory, as sentences; empty if this is all. */
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
