package sluice.client;

import sluice.io.Connection;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Where the body of a response goes. Called on the loop's thread, and may block on a disk. */
interface Sink {
    /** Takes received octets. */
    void write(MemorySegment bytes, int from, int to) throws IOException;

    /** Whether {@link #move} is supported, as far as is known. */
    default boolean moves() {
        return false;
    }

    /**
     * Takes octets directly from the socket, as {@link sluice.io.SocketToFile} does.
     *
     * @return how many, or a negative {@link sluice.io.Outcome}; after 0 the connection must
     *     receive the next octets or the end
     */
    default long move(Connection connection, long most) throws IOException {
        throw new IOException("this sink cannot move octets from a socket");
    }
}
