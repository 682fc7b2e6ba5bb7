package sluice.linux;

import org.jspecify.annotations.Nullable;

import sluice.linux.OpenSsl.Function;

/**
 * One side of a TLS session over a socket (SSL), which does not own the socket. One
 * thread at a time. Results are counts, 0 at the end of the peer's stream, or negative.
 *
 * <p>libssl makes its own system calls, by read(2) and write(2) on the socket. A record that is
 * written counts as one write; the calls of handshakes and reads are not counted.
 */
public final class TlsSession {
    /** Octets of user data in a record at most (RFC 8446 section 5.1). */
    public static final int RECORD_MAX = 16 << 10;

    /** The session waits for bytes of the peer. Not an errno. */
    public static final long WANT_READ = -20_001;
    /** The session waits for room in the socket. Not an errno. */
    public static final long WANT_WRITE = -20_002;

    /**
     * Minus the reason: the certificate of the peer is not accepted (SSL_get_verify_result(3)). Not
     * an errno.
     */
    public static final long DISTRUST = -30_000;

    private static final long DISTRUST_LAST = DISTRUST - 1_000;

    // openssl/x509_vfy.h
    public static final int UNSPECIFIED = 1;
    public static final int NOT_YET_VALID = 9;
    public static final int EXPIRED = 10;
    public static final int NO_ISSUER = 20;
    public static final int OTHER_NAME = 62;

    private static final int ERROR_WANT_READ = 2;
    private static final int ERROR_WANT_WRITE = 3;
    private static final int ERROR_SYSCALL = 5;
    private static final int ERROR_ZERO_RETURN = 6;

    /** Keeps the memory that the context refers to. */
    private final TlsContext context;

    private long address;
    /** A session with a fatal error must not be shut down (SSL_get_error(3)). */
    private boolean broken;

    private boolean complete;
    private boolean closing;

    TlsSession(TlsContext context, long address) {
        this.context = context;
        this.address = address;
    }

    /** Does what is possible of the handshake: 0 if it is complete, or a negative result. */
    public long handshake() {
        Scratch scratch = Scratch.current();
        int result = begin(scratch, Function.DO_HANDSHAKE, 0, 0);
        complete = result == 1;
        if (complete) {
            return 0;
        }
        long failure = failure(scratch, error(scratch, result));
        return failure == -Errno.EPROTO && context.verifies ? distrust(failure) : failure;
    }

    private long distrust(long other) {
        long reason = OpenSsl.call(Function.GET_VERIFY_RESULT, address, 0, 0, 0);
        return reason > 0 ? DISTRUST - reason : other;
    }

    /** Whether a handshake ended because the certificate of the peer is not accepted. */
    public static boolean isDistrust(long outcome) {
        return outcome < DISTRUST && outcome > DISTRUST_LAST;
    }

    /** Why it is not, in the words of libssl; also where there is none. */
    public static String describe(long distrust) {
        int reason = (int) (DISTRUST - distrust);
        if (OpenSsl.refusal() != null) {
            return switch (reason) {
                case NOT_YET_VALID -> "certificate is not yet valid";
                case EXPIRED -> "certificate has expired";
                case NO_ISSUER -> "unable to get local issuer certificate";
                case OTHER_NAME -> "hostname mismatch";
                default -> "error " + reason + " of X.509";
            };
        }
        return OpenSsl.string(
                OpenSsl.call(Function.X509_VERIFY_CERT_ERROR_STRING, reason, 0, 0, 0));
    }

    /** Reads user data to an address. */
    public long read(long to, int length) {
        Scratch scratch = Scratch.current();
        int result = begin(scratch, Function.SSL_READ, to, length);
        if (result > 0) {
            return result;
        }
        int error = error(scratch, result);
        return error == ERROR_ZERO_RETURN ? 0 : failure(scratch, error);
    }

    /**
     * Writes user data as one record, or not at all. After {@link #WANT_WRITE} the record is
     * encrypted and waits in libssl: the next write must have the same length, and its bytes are
     * not looked at.
     *
     * @param length at most {@link #RECORD_MAX}
     */
    public long write(long from, int length) {
        Scratch scratch = Scratch.current();
        scratch.count(SystemCall.SENDTO);
        int result = begin(scratch, Function.SSL_WRITE, from, length);
        return result > 0 ? result : failure(scratch, error(scratch, result));
    }

    /** Whether bytes of the peer are in libssl, perhaps of an unfinished record. */
    public boolean hasPending() {
        return OpenSsl.intCall(Function.HAS_PENDING, address, 0, 0, 0) == 1;
    }

    /** The protocol that both sides agreed on (ALPN), or null. */
    public @Nullable String agreed() {
        return TlsContext.agreed(address, Scratch.current());
    }

    /**
     * Sends close_notify: no more data follows. Does nothing if it was sent, and in a session that
     * is not complete or has failed.
     *
     * @return 0, or {@link #WANT_WRITE}
     */
    public long closeNotify() {
        if (!complete || broken || closing) {
            return 0;
        }
        Scratch scratch = Scratch.current();
        int result = begin(scratch, Function.SSL_SHUTDOWN, 0, 0);
        long outcome = result >= 0 ? 0 : failure(scratch, error(scratch, result));
        closing = outcome != WANT_WRITE;
        return closing ? 0 : WANT_WRITE;
    }

    /** Frees it; what the peer has not got of it is lost. */
    public void free() {
        if (address != 0) {
            OpenSsl.call(Function.SSL_FREE, address, 0, 0, 0);
            address = 0;
        }
    }

    private int begin(Scratch scratch, Function function, long a, long b) {
        // SSL_get_error looks at the queue of the thread: what is in it must be of this call.
        OpenSsl.call(scratch, Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
        return (int) OpenSsl.call(scratch, function, address, a, b, 0);
    }

    /** SSL_get_error(3); the errno of the call before it stays in the scratch. */
    private int error(Scratch scratch, int result) {
        int errno = OpenSsl.errno(scratch);
        int error = (int) OpenSsl.call(scratch, Function.GET_ERROR, address, result, 0, 0);
        OpenSsl.errno(scratch, errno);
        return error;
    }

    /**
     * A write that fails after the close_notify of the peer is told as the end of its stream
     * (ERROR_ZERO_RETURN), and a handshake that ends early as well: the peer has gone.
     */
    private long failure(Scratch scratch, int error) {
        int errno = OpenSsl.errno(scratch);
        return switch (error) {
            case ERROR_WANT_READ -> WANT_READ;
            case ERROR_WANT_WRITE -> WANT_WRITE;
            case ERROR_ZERO_RETURN -> broken(Errno.ECONNRESET);
            case ERROR_SYSCALL ->
                broken(errno == 0 || errno == Errno.EAGAIN ? Errno.ECONNRESET : errno);
            default -> broken(Errno.EPROTO);
        };
    }

    private long broken(int errno) {
        broken = true;
        return -errno;
    }
}
