package sluice.io;

import sluice.linux.Errno;
import sluice.linux.TlsSession;

/**
 * Results of one try to send or receive. 0 or more is a count of bytes. A negative number is {@code
 * -errno}, also on java.nio sockets, or one of the constants below.
 */
public final class IoResult {
    /** The socket is not ready. Never leaves a loop. */
    public static final long AGAIN = -Errno.EAGAIN;
    /** The file shrank or was modified in place while being sent. Not an errno. */
    public static final long FILE_CHANGED = -10_001;

    /** The next bytes are not in memory: a worker must read them. Never leaves a loop. */
    public static final long COLD = -10_002;

    /**
     * The send is pending; its end is reported later ({@code AsyncSocket}). Never leaves a loop.
     */
    public static final long BEGUN = -10_003;

    /** The loop holds bytes that were received earlier: the protocol must take those first. */
    public static final long HELD = -10_004;

    /** No buffer was free for received bytes. */
    public static final long NO_BUFFER = -10_005;

    /** A handshake waits for room to send. Never leaves a loop. */
    public static final long NO_ROOM = -10_006;

    /** Bytes that lie elsewhere did not come. */
    public static final long NOT_FETCHED = -10_007;

    private IoResult() {}

    /** Whether a connection did not open because the peer's certificate is not accepted. */
    public static boolean isDistrust(long result) {
        return TlsSession.isDistrust(result);
    }

    /** Whether a message breaks off because of its file, while its connection is sound. */
    static boolean isTorn(long result) {
        return result == FILE_CHANGED || result == NOT_FETCHED;
    }

    /** Whether the peer ended the connection, which is not an error to be logged. */
    public static boolean peerGone(long result) {
        return result == -Errno.ECONNRESET
                || result == -Errno.EPIPE
                || result == -Errno.ETIMEDOUT
                || result == -Errno.ECONNABORTED
                || result == -Errno.EHOSTUNREACH
                || result == -Errno.ENETUNREACH
                || result == -Errno.ENOTCONN;
    }

    /** The counter of connections that end this way; {@link Counter#FAILED} is logged. */
    static Counter reason(long result) {
        if (result == FILE_CHANGED) {
            return Counter.FILE_CHANGED;
        }
        if (result == NOT_FETCHED) {
            return Counter.NOT_FETCHED;
        }
        if (result == NO_BUFFER) {
            return Counter.BUFFERS_EXHAUSTED;
        }
        return peerGone(result) ? Counter.PEER_GONE : Counter.FAILED;
    }

    /** A description for a log line. */
    public static String describe(long result) {
        if (result == FILE_CHANGED) {
            return "the file changed while it was being sent";
        }
        if (result == NOT_FETCHED) {
            return "bytes of the file lie elsewhere, and did not come";
        }
        return isDistrust(result) ? TlsSession.describe(result) : Errno.describe(result);
    }
}
