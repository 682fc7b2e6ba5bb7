package sluice.client;

import sluice.io.Connection;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Where the body of a response goes; on the loop's thread, which may wait for a disk. */
interface Sink {
    /** Takes octets of a block. */
    void write(MemorySegment bytes, int from, int to) throws IOException;

    /** Whether octets can come by {@link #splice}, as far as is known. */
    default boolean splices() {
        return false;
    }

    /**
     * Takes octets that are in the socket, unseen by user space.
     *
     * @return how many, 0 at the end of the input, or a negative {@link sluice.io.Outcome}
     */
    default long splice(Connection connection, long most) throws IOException {
        throw new IOException("this sink has no pipe");
    }
}
