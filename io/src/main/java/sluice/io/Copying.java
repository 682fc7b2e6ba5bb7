package sluice.io;

/**
 * How files are copied, beyond the path itself.
 *
 * @param buffer bytes of the buffer that {@code heap} and {@code direct} copy through
 * @param coldGuard whether a loop asks if bytes are in memory before it sends them, and has others
 *     read what is not: one slow disk must not stop everybody
 */
public record Copying(int buffer, boolean coldGuard) {
    /** One page: less would only measure system calls. */
    public static final int BUFFER_MIN = 4 << 10;
    /** Beyond the largest socket buffer nothing is gained. */
    public static final int BUFFER_MAX = 16 << 20;

    /**
     * @throws IllegalArgumentException for a buffer beyond the bounds
     */
    public Copying {
        Bounds.require("buffer", buffer, BUFFER_MIN, BUFFER_MAX);
    }

    /** What suits most. */
    public static Copying defaults() {
        return new Copying(Block.SIZE, true);
    }

    /** The same with another buffer. */
    public Copying withBuffer(int bytes) {
        return new Copying(bytes, coldGuard);
    }

    /** The same with the guard on or off. */
    public Copying withColdGuard(boolean on) {
        return new Copying(buffer, on);
    }
}
