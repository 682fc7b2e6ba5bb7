package sluice.io;

/** One version of a file, held open while regions of it are being sent. */
public interface FileSource {
    /** The open file. */
    OpenFile file();

    /**
     * Asks the file system whether the open file still is the version that was promised. False
     * means that it was written in place, so what is sent from now on may mix two versions.
     */
    boolean unchanged();

    /**
     * Whether {@link #unchanged} has been true at a time not before {@code time}, on the clock of
     * {@link EventLoop#now}; false if that is not known.
     */
    default boolean unchangedSince(long time) {
        return false;
    }

    /** Begins another use; false if the last one has ended meanwhile. Any thread. */
    boolean retain();

    /** Ends this use; the file may be closed when the last use ends. Any thread. */
    void release();
}
