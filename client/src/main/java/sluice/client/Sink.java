package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.io.FileSink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Where the body of a response goes. Called on the loop's thread, and may block on a disk. */
interface Sink {
    /** Takes received octets. */
    void write(MemorySegment bytes, int from, int to) throws IOException;

    /** A file that octets can reach without passing the buffers of the loop, or null. */
    default @Nullable FileSink file() {
        return null;
    }

    /** Most octets that may reach the file that way now. */
    default long wanted() {
        return Long.MAX_VALUE;
    }

    /** Has {@link #file} write what it has collected, and returns how many octets. */
    default long writeCollected() throws IOException {
        throw new IOException("this sink has no file");
    }
}
