package sluice.io;

/**
 * State of a copy path for one socket between two tries: bytes that were read from the file and not
 * yet sent, or memory that the kernel still sends from. Loop thread only.
 */
public interface PendingCopy {
    /** Processes completion notifications of the kernel; false if there were none. */
    boolean reap();

    /** Sets who gets results that the kernel reports after a send; one for the whole connection. */
    default void countIn(TransferMeter meter) {}

    /** The socket will be closed next. */
    void release();
}
