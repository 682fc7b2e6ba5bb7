package sluice.io;

/**
 * Which bytes of a file are on this machine, for a file whose content lies elsewhere: the others
 * are holes, which nobody may read before they were fetched. A loop asks this beside {@link
 * PageCache}, and never waits for either. Any thread.
 */
public interface Residency {
    /** Told how a fetch has ended. */
    @FunctionalInterface
    interface Fetched {
        /** Whether the byte that was asked for is here; if not, nobody should wait for it. */
        void ended(boolean here);
    }

    /**
     * Keeps bytes here until {@link #unpin}. Does not block.
     *
     * @return how far the bytes from {@code from} on are here, at most {@code to}; {@code from} if
     *     not even that one is, and then there is nothing to unpin
     */
    long pin(long from, long to);

    /** Lets the bytes go that {@link #pin} has kept, from {@code from} to what it returned. */
    void unpin(long from, long to);

    /**
     * Brings the byte at {@code from}, and what follows up to {@code to} as far as that is likely
     * to be wanted. Does not block.
     *
     * @param then called once, by any thread, when the byte is here or will not come
     */
    void fetch(long from, long to, Fetched then);

    /** Whether a new response may still be promised this version. */
    boolean isCurrent();

    /** Whether nobody knows if this still is the version to send, and it is sent all the same. */
    boolean isStale();

    /** How many bytes of a part are not here. */
    long missing(long from, long to);

    /** Called in place of close(2) of the descriptor, which other files share. */
    void release();
}
