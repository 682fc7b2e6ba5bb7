package sluice.io;

/** Counters of every loop. */
public enum Counter {
    /** Connections that were opened. */
    CONNECTIONS_OPENED,
    /** Connections that ended, for any reason. */
    CONNECTIONS_CLOSED,
    /** Connections that the peer broke, which is not an error. */
    PEER_GONE,
    /** Connections or streams reset because the file changed while it was being sent. */
    FILE_CHANGED,
    /** Connections or streams reset because bytes that lie elsewhere did not come. */
    NOT_FETCHED,
    /** Connections reset because the peer received too few bytes for too long. */
    STALLED,
    /** Connections closed because no request came in time. */
    EXPIRED,
    /** Connections reset at once because the client has as many as it may. */
    REFUSED_PEER,
    /** Requests refused because the client sends too many. */
    REFUSED_REQUESTS,
    /** Responses cut short because an application broke off, or took too long. */
    APPLICATIONS_BROKE_OFF,
    /** Connections closed while they waited for a request, to make room for new ones. */
    CLOSED_FOR_ROOM,
    /** Connections reset because all buffers of the loop were in use. */
    BUFFERS_EXHAUSTED,
    /** Connections ended by an internal error, each with a log line. */
    FAILED,
    /** Connections that did not open: a connect failed, or they could not be watched. */
    FAILED_TO_OPEN,
    /** Connections reset because the server stopped before they ended. */
    CUT_SHORT,
    /** Loops ended by an internal error, each with a log line. */
    LOOPS_DIED,
    /** Loops and workers whose turn took too long, each with a log line. */
    LOOPS_STUCK,
    /** Turns of loops that many connections share. */
    TURNS,
    /** Turns among them with nothing to do, not even a socket to try: a sign of spinning. */
    IDLE_TURNS,
    /** Pauses of accepting for lack of descriptors or memory. */
    ACCEPT_BACKED_OFF,
    /** Pauses of accepting at the connection limit. */
    ACCEPT_AT_LIMIT,
    /** Connections refused because select(2) cannot watch so high a descriptor. */
    BEYOND_SELECT,
    /** Overflows of the signal queue, each followed by a poll of every socket. */
    SIGNALS_LOST,
    /** Responses to requests. */
    REQUESTS,
    /** Bytes sent from memory: heads, small files, generated bodies. */
    BYTES_FROM_MEMORY,
    /** Bytes of files that the copy path sent. */
    BYTES_FROM_FILES,
    /** Bytes of files that were copied into or out of user space. */
    BYTES_COPIED,
    /** System calls that read or sent bytes of files; those of java.nio are estimated. */
    FILE_CALLS,
    /** Fallbacks to another copy path: no pipe, no buffer, ENOBUFS. */
    COPY_FALLBACKS,
    /** Sends with MSG_ZEROCOPY, or by IORING_OP_SEND_ZC. */
    ZEROCOPY_SENDS,
    /** Sends among them whose bytes the kernel copied. */
    ZEROCOPY_COPIED,
    /** Parts of files that a worker read because they were not in memory. */
    COLD_CHUNKS,
    /** Times that a loop had bytes fetched that lay elsewhere. */
    FETCHED_CHUNKS,
    /** Sends that took as long as a disk read, although the bytes seemed to be in memory. */
    COLD_STALLS,
    /** Bytes of uploads that were written to files. */
    BYTES_TO_FILES,
    /** Bytes among them that went from socket to file past user space. */
    BYTES_SPLICED,
    /** Bytes among them that FileChannel.transferFrom moved, through a buffer of the JDK. */
    BYTES_TRANSFERRED
}
