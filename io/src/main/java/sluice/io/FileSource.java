package sluice.io;

/** One version of a file, kept open while regions of it are being sent. */
public interface FileSource {
    /** The open file. */
    OpenFile file();

    /**
     * Asks the file system whether the promised bytes are still those of the promised version. A
     * file that only grew, or got another owner, mode or name, still has them. False means that
     * the file was modified in place, so bytes sent from now on may mix two versions.
     */
    boolean unchanged();

    /** Bytes of the file were sent just now, so they are in memory. */
    default void sent(long from, long to) {}

    /**
     * Whether {@link #unchanged} has been true at {@code time} or later, on the clock of {@link
     * EventLoop#now}; false if unknown.
     */
    default boolean unchangedSince(long time) {
        return false;
    }

    /** Starts another use; false if the last use has already ended. Any thread. */
    boolean retain();

    /** Ends a use; after the last one the file may be closed. Any thread. */
    void release();
}
