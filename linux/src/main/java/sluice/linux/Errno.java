package sluice.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * Linux error numbers, the same on x86_64 and aarch64, and their names.
 *
 * <p>Calls of this package return them negated: {@code if (result == -Errno.EAGAIN)}. This class
 * loads no native code and works on any OS.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int ETXTBSY = 26;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int ESPIPE = 29;
    public static final int EROFS = 30;
    public static final int EMLINK = 31;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int EDEADLK = 35;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOLCK = 37;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int ETIME = 62;
    public static final int EPROTO = 71;
    public static final int EBADMSG = 74;
    public static final int EOVERFLOW = 75;
    public static final int EILSEQ = 84;
    public static final int ENOTSOCK = 88;
    public static final int EDESTADDRREQ = 89;
    public static final int EMSGSIZE = 90;
    public static final int EPROTOTYPE = 91;
    public static final int ENOPROTOOPT = 92;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENETRESET = 102;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ESHUTDOWN = 108;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTDOWN = 112;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;
    public static final int ESTALE = 116;
    public static final int EUCLEAN = 117;
    public static final int EREMOTEIO = 121;
    public static final int EDQUOT = 122;
    public static final int ENOMEDIUM = 123;
    public static final int ECANCELED = 125;
    public static final int ENOKEY = 126;
    public static final int EKEYEXPIRED = 127;
    public static final int EKEYREVOKED = 128;
    public static final int EKEYREJECTED = 129;
    public static final int EOWNERDEAD = 130;
    public static final int ENOTRECOVERABLE = 131;
    public static final int EHWPOISON = 133;

    /** The kernel returns no error beyond this one (include/linux/err.h). */
    private static final int MAX_ERRNO = 4095;

    private static final String TABLE = """
        1 EPERM operation not permitted
        2 ENOENT no such file or directory
        3 ESRCH no such process
        4 EINTR interrupted system call
        5 EIO input/output error
        6 ENXIO no such device or address
        7 E2BIG argument list too long
        9 EBADF bad file descriptor
        11 EAGAIN resource temporarily unavailable
        12 ENOMEM cannot allocate memory
        13 EACCES permission denied
        14 EFAULT bad address
        16 EBUSY device or resource busy
        17 EEXIST file exists
        18 EXDEV invalid cross-device link
        19 ENODEV no such device
        20 ENOTDIR not a directory
        21 EISDIR is a directory
        22 EINVAL invalid argument
        23 ENFILE too many open files in system
        24 EMFILE too many open files
        25 ENOTTY inappropriate ioctl for device
        26 ETXTBSY text file busy
        27 EFBIG file too large
        28 ENOSPC no space left on device
        29 ESPIPE illegal seek
        30 EROFS read-only file system
        31 EMLINK too many links
        32 EPIPE broken pipe
        34 ERANGE numerical result out of range
        35 EDEADLK resource deadlock avoided
        36 ENAMETOOLONG file name too long
        37 ENOLCK no locks available
        38 ENOSYS function not implemented
        39 ENOTEMPTY directory not empty
        40 ELOOP too many levels of symbolic links
        61 ENODATA no data available
        62 ETIME timer expired
        71 EPROTO protocol error
        74 EBADMSG bad message
        75 EOVERFLOW value too large for defined data type
        84 EILSEQ invalid or incomplete multibyte or wide character
        88 ENOTSOCK socket operation on non-socket
        89 EDESTADDRREQ destination address required
        90 EMSGSIZE message too long
        91 EPROTOTYPE protocol wrong type for socket
        92 ENOPROTOOPT protocol not available
        93 EPROTONOSUPPORT protocol not supported
        95 EOPNOTSUPP operation not supported
        97 EAFNOSUPPORT address family not supported by protocol
        98 EADDRINUSE address already in use
        99 EADDRNOTAVAIL cannot assign requested address
        100 ENETDOWN network is down
        101 ENETUNREACH network is unreachable
        102 ENETRESET network dropped connection on reset
        103 ECONNABORTED software caused connection abort
        104 ECONNRESET connection reset by peer
        105 ENOBUFS no buffer space available
        106 EISCONN transport endpoint is already connected
        107 ENOTCONN transport endpoint is not connected
        108 ESHUTDOWN cannot send after transport endpoint shutdown
        110 ETIMEDOUT connection timed out
        111 ECONNREFUSED connection refused
        112 EHOSTDOWN host is down
        113 EHOSTUNREACH no route to host
        114 EALREADY operation already in progress
        115 EINPROGRESS operation now in progress
        116 ESTALE stale file handle
        117 EUCLEAN structure needs cleaning
        121 EREMOTEIO remote I/O error
        122 EDQUOT disk quota exceeded
        123 ENOMEDIUM no medium found
        125 ECANCELED operation canceled
        126 ENOKEY required key not available
        127 EKEYEXPIRED key has expired
        128 EKEYREVOKED key has been revoked
        129 EKEYREJECTED key was rejected by service
        130 EOWNERDEAD owner died
        131 ENOTRECOVERABLE state not recoverable
        133 EHWPOISON memory page has hardware error
        """;

    private Errno() {}

    /** The name of a negative result, as "ECONNRESET" for -104; "ok" for what is not an error. */
    public static String name(long result) {
        if (!isError(result)) {
            return "ok";
        }
        var words = Words.BY_NUMBER.get((int) -result);
        return words == null ? "errno " + -result : words.substring(0, words.indexOf(' '));
    }

    /** Name and meaning, as "ECONNRESET (connection reset by peer)" for -104. */
    public static String describe(long result) {
        var name = name(result);
        var words = Words.BY_NUMBER.get((int) -result);
        return words == null ? name : name + " (" + words.substring(name.length() + 1) + ")";
    }

    /** Whether a call's result is a negated error number. */
    public static boolean isError(long result) {
        return result < 0 && result >= -MAX_ERRNO;
    }

    /** Parsed when somebody first asks for words. */
    private static final class Words {
        static final Map<Integer, String> BY_NUMBER = new HashMap<>();

        static {
            for (var line : TABLE.lines().toList()) {
                int space = line.indexOf(' ');
                BY_NUMBER.put(Integer.valueOf(line.substring(0, space)), line.substring(space + 1));
            }
        }

        private Words() {}
    }
}
