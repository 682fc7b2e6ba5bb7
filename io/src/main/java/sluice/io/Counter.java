package sluice.io;

/** What is counted, on every loop. */
public enum Counter {
    /** Connections that were opened. */
    CONNECTIONS_OPENED,
    /** Connections that ended, whoever ended them. */
    CONNECTIONS_CLOSED,
    /** Connections the peer broke: its right. */
    PEER_GONE,
    /** Connections torn because the file changed while it was sent. */
    FILE_CHANGED,
    /** Connections torn because the peer took no bytes for too long. */
    STALLED,
    /** Connections closed because no request came in time. */
    EXPIRED,
    /** Connections shed because all buffers of the loop were in use. */
    BUFFERS_EXHAUSTED,
    /** Connections ended by an error of ours, each with a log line. */
    FAILED,
    /** Connections that could not be made: a connect that failed, or no way to watch them. */
    FAILED_TO_OPEN,
    /** Connections torn because the server stopped before they had ended. */
    CUT_SHORT,
    /** Loops that ended by an error of ours, with a log line. */
    LOOPS_DIED,
    /** Loops and workers whose turn lasted too long, with a log line. */
    LOOPS_STUCK,
    /** Turns of loops that many connections share. */
    TURNS,
    /** Those of them that found nothing to do, not even a socket to try: a sign of spinning. */
    IDLE_TURNS,
    /** Times that accepting paused for want of descriptors or memory. */
    ACCEPT_BACKED_OFF,
    /** Times that accepting paused at the connection limit. */
    ACCEPT_AT_LIMIT,
    /** Connections refused because select(2) cannot watch so high a descriptor. */
    BEYOND_SELECT,
    /** Times that the queue of signals was full, so that every socket had to be asked. */
    SIGNALS_LOST,
    /** Requests answered. */
    REQUESTS,
    /** Bytes sent from memory: heads, small files, generated bodies. */
    BYTES_FROM_MEMORY,
    /** Bytes of files that went from file to socket by the copy path. */
    BYTES_FROM_FILES,
    /** Bytes of files that were copied into or out of user space on their way. */
    BYTES_COPIED,
    /** System calls that were made to read or send bytes of files; java.nio's are guessed. */
    FILE_CALLS,
    /** Times that bytes went another way than the path's own: no pipe, no buffer, ENOBUFS. */
    COPY_FALLBACKS,
    /** Sends with MSG_ZEROCOPY, or by IORING_OP_SEND_ZC. */
    ZEROCOPY_SENDS,
    /** Those among them that the kernel made a copy for. */
    ZEROCOPY_COPIED,
    /** Parts of files that were not in memory and were read by a worker. */
    COLD_CHUNKS,
    /** Sends that took as long as if they had waited for a disk, though the bytes seemed there. */
    COLD_STALLS,
    /** Bytes of uploads that were written to files. */
    BYTES_TO_FILES,
    /** Those of them that went from socket to file without passing user space. */
    BYTES_SPLICED,
    /** Those of them that FileChannel.transferFrom moved, by a buffer of the JDK's. */
    BYTES_TRANSFERRED
}
