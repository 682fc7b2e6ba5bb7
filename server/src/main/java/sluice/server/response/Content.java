package sluice.server.response;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyMode;
import sluice.io.FileSource;
import sluice.io.LinuxFile;
import sluice.io.Residency;
import sluice.io.SendQueue;

/** One version of a file, as the source of a response's body. Any thread may call. */
public interface Content extends FileSource {
    /** Whether the octets are in memory; then no file is open. */
    boolean inMemory();

    /** Whether the kernel refuses to send its file by a copy path. */
    default boolean refuses(CopyMode path) {
        return !inMemory() && file() instanceof LinuxFile file && file.refuses(path);
    }

    /** Which octets are on this machine; null if all are. */
    default @Nullable Residency residency() {
        return !inMemory() && file() instanceof LinuxFile file ? file.residency() : null;
    }

    /**
     * Adds octets to a queue. The queue must have room for octets in memory; otherwise it must
     * take a region.
     */
    void addTo(SendQueue queue, long start, long length);
}
