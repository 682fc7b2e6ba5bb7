package sluice.io;

import sluice.linux.Errno;

/**
 * The results of one try to send or receive. Zero and up is a byte count; a negative number is
 * {@code -errno}, on java.nio sockets too, or one of the constants below.
 */
public final class Outcome {
    /** Nothing can be taken or given now. Never leaves a loop. */
    public static final long AGAIN = -Errno.EAGAIN;
    /** The file shrank or was rewritten in place while it was being sent. Beyond every errno. */
    public static final long FILE_CHANGED = -10_001;

    /** The next bytes are not in memory: they are to be read off the loop. Never leaves a loop. */
    public static final long COLD = -10_002;

    /** The send has begun, and its end will be told ({@code AsyncSocket}). Never leaves a loop. */
    public static final long BEGUN = -10_003;

    /** There are bytes that were received before and are held: those come first. */
    public static final long HELD = -10_004;

    /** No buffer was left for what arrived. */
    public static final long NO_BUFFER = -10_005;

    private Outcome() {}

    /** Whether the peer, not we, ended the connection: this is its right and no error to log. */
    public static boolean peerGone(long result) {
        return result == -Errno.ECONNRESET
                || result == -Errno.EPIPE
                || result == -Errno.ETIMEDOUT
                || result == -Errno.ECONNABORTED
                || result == -Errno.EHOSTUNREACH
                || result == -Errno.ENETUNREACH
                || result == -Errno.ENOTCONN;
    }

    /** What a connection counts that ends so; {@link Counter#FAILED} is worth a log line. */
    static Counter reason(long result) {
        if (result == FILE_CHANGED) {
            return Counter.FILE_CHANGED;
        }
        if (result == NO_BUFFER) {
            return Counter.BUFFERS_EXHAUSTED;
        }
        return peerGone(result) ? Counter.PEER_GONE : Counter.FAILED;
    }

    /** Words for a log line. */
    public static String describe(long result) {
        return result == FILE_CHANGED
                ? "the file changed while it was being sent"
                : Errno.describe(result);
    }
}
