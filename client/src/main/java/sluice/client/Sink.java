package sluice.client;

import sluice.io.Connection;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Where the body of a response goes; on the loop's thread, which may wait for a disk. */
interface Sink {
    /** Takes octets of a block. */
    void write(MemorySegment bytes, int from, int to) throws IOException;

    /** Whether octets can come by {@link #move}, as far as is known. */
    default boolean moves() {
        return false;
    }

    /**
     * Takes octets that are in the socket, as {@link sluice.io.SocketToFile} does.
     *
     * @return how many, or a negative {@link sluice.io.Outcome}; after 0 the next octets, or the
     *     end, are to be received
     */
    default long move(Connection connection, long most) throws IOException {
        throw new IOException("this sink is no file");
    }
}
