package sluice.io;

/**
 * Options of copy paths.
 *
 * @param buffer size of the buffer of {@code heap} and {@code direct}, in bytes
 * @param coldGuard whether a loop checks that bytes are in memory before it sends them, and lets a
 *     worker read missing ones: a slow disk must not delay other connections
 */
public record CopyOptions(int buffer, boolean coldGuard) {
    /** One page: a smaller buffer would only measure system calls. */
    public static final int BUFFER_MIN = 4 << 10;
    /** The largest socket buffer: a larger buffer gains nothing. */
    public static final int BUFFER_MAX = 16 << 20;

    /**
     * @throws IllegalArgumentException if the buffer size is out of bounds
     */
    public CopyOptions {
        Bounds.require("buffer", buffer, BUFFER_MIN, BUFFER_MAX);
    }

    /** The defaults. */
    public static CopyOptions defaults() {
        return new CopyOptions(Block.SIZE, true);
    }

    /** A copy with another buffer size. */
    public CopyOptions withBuffer(int bytes) {
        return new CopyOptions(bytes, coldGuard);
    }

    /** A copy with the guard on or off. */
    public CopyOptions withColdGuard(boolean on) {
        return new CopyOptions(buffer, on);
    }
}
