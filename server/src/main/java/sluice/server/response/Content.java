package sluice.server.response;

import sluice.io.FileSource;
import sluice.io.SendQueue;

/** One version of a file, as a response's body takes octets of it. Any thread. */
public interface Content extends FileSource {
    /** Whether its octets are kept in memory; then no file is open. */
    boolean inMemory();

    /**
     * Adds octets to a queue that has room for them if they are in memory, or takes a region if
     * they are not.
     */
    void addTo(SendQueue queue, long start, long length);
}
