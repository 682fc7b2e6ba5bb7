package sluice.io;

/** One version of a file, kept open while regions of it are being sent. */
public interface FileSource {
    /** The open file. */
    OpenFile file();

    /**
     * Asks the file system whether the open file is still the promised version. False means that
     * the file was modified in place, so bytes sent from now on may mix two versions.
     */
    boolean unchanged();

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
