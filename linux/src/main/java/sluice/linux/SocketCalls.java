package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * Calls on sockets. Every method returns the kernel's result or {@code -errno} (see {@link Errno}),
 * retries nothing, and may be called from any thread.
 */
public final class SocketCalls {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;

    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_NONBLOCK = FileCalls.O_NONBLOCK;
    public static final int SOCK_CLOEXEC = FileCalls.O_CLOEXEC;

    public static final int MSG_PEEK = 0x2;
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_WAITALL = 0x100;
    public static final int MSG_ERRQUEUE = 0x2000;
    public static final int MSG_NOSIGNAL = 0x4000;
    public static final int MSG_MORE = 0x8000;
    public static final int MSG_ZEROCOPY = 0x4000000;

    public static final int SOL_SOCKET = 1;
    public static final int SOL_TCP = 6;
    public static final int SOL_IPV6 = 41;

    public static final int SO_REUSEADDR = 2;
    public static final int SO_ERROR = 4;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_KEEPALIVE = 9;
    public static final int SO_LINGER = 13;
    public static final int SO_REUSEPORT = 15;
    public static final int SO_SNDTIMEO = 21;
    public static final int SO_ACCEPTCONN = 30;
    public static final int SO_DOMAIN = 39;
    public static final int SO_MAX_PACING_RATE = 47;
    public static final int SO_ZEROCOPY = 60;

    public static final int TCP_NODELAY = 1;
    public static final int TCP_CORK = 3;
    public static final int TCP_DEFER_ACCEPT = 9;
    public static final int TCP_QUICKACK = 12;
    public static final int TCP_USER_TIMEOUT = 18;
    public static final int TCP_FASTOPEN = 23;
    public static final int TCP_NOTSENT_LOWAT = 25;

    public static final int IPV6_V6ONLY = 26;

    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;
    public static final int SHUT_RDWR = 2;

    static final int SIOCOUTQ = 0x5411;

    static final int IOVEC_SIZE = 16;
    static final int MSGHDR_IOV = 16;
    static final int MSGHDR_IOVLEN = 24;

    private SocketCalls() {}

    /** socket(2): a descriptor. Add SOCK_NONBLOCK and SOCK_CLOEXEC to {@code type}. */
    public static int socket(int domain, int type, int protocol) {
        return (int) Native.call(SystemCall.SOCKET, domain, type, protocol);
    }

    /** socketpair(2): writes two connected descriptors (int each) to address {@code pair}. */
    public static int socketpair(int domain, int type, int protocol, long pair) {
        return (int) Native.call(SystemCall.SOCKETPAIR, domain, type, protocol, pair);
    }

    /** The domain to open a socket in for {@code address}: AF_INET6 or AF_INET. */
    public static int domainOf(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    /**
     * bind(2). On an AF_INET6 socket an IPv4 address is bound in its mapped form; {@code ::} with
     * {@link #IPV6_V6ONLY} off accepts connections of both families. {@code -EINVAL} for an
     * unresolved name.
     */
    public static int bind(int fd, InetSocketAddress address) {
        return withAddress(SystemCall.BIND, fd, address);
    }

    /**
     * connect(2): 0, or {@code -EINPROGRESS} on a non-blocking socket, which becomes writable
     * later.
     */
    public static int connect(int fd, InetSocketAddress address) {
        return withAddress(SystemCall.CONNECT, fd, address);
    }

    private static int withAddress(SystemCall call, int fd, InetSocketAddress address) {
        int domain = getOption(fd, SOL_SOCKET, SO_DOMAIN);
        if (domain < 0) {
            return domain;
        }
        var scratch = Scratch.current();
        int length = SocketAddresses.write(address, domain, scratch.memory, Scratch.SOCKADDR);
        if (length < 0) {
            return length;
        }
        return (int) Native.call(call, fd, scratch.at(Scratch.SOCKADDR), length);
    }

    /** listen(2). */
    public static int listen(int fd, int backlog) {
        return (int) Native.call(SystemCall.LISTEN, fd, backlog);
    }

    /** accept4(2) without the peer's address: a descriptor. */
    public static int accept4(int fd, int flags) {
        return (int) Native.call(SystemCall.ACCEPT4, fd, 0, 0, flags);
    }

    /** recv(2): bytes received, 0 at the end of the stream. */
    public static long recv(int fd, long address, long length, int flags) {
        return Native.call(SystemCall.RECVFROM, fd, address, length, flags, 0, 0);
    }

    /** send(2): bytes taken. Pass MSG_NOSIGNAL, or a broken connection raises SIGPIPE as well. */
    public static long send(int fd, long address, long length, int flags) {
        return Native.call(SystemCall.SENDTO, fd, address, length, flags, 0, 0);
    }

    /** sendmsg(2) of two pieces of memory, {@code part1} first: bytes taken from both. */
    public static long send2(int fd, long part1, long size1, long part2, long size2, int flags) {
        var scratch = Scratch.current();
        var memory = scratch.memory;
        memory.set(JAVA_LONG, Scratch.IOVEC, part1);
        memory.set(JAVA_LONG, Scratch.IOVEC + 8, size1);
        memory.set(JAVA_LONG, Scratch.IOVEC + IOVEC_SIZE, part2);
        memory.set(JAVA_LONG, Scratch.IOVEC + IOVEC_SIZE + 8, size2);
        memory.set(JAVA_LONG, Scratch.MSGHDR + MSGHDR_IOV, scratch.at(Scratch.IOVEC));
        memory.set(JAVA_LONG, Scratch.MSGHDR + MSGHDR_IOVLEN, 2);
        return Native.call(scratch, SystemCall.SENDMSG, fd, scratch.at(Scratch.MSGHDR), flags, 0);
    }

    /** recvmsg(2) into the struct msghdr at {@code message}: bytes received. */
    public static long recvmsg(int fd, long message, int flags) {
        return Native.call(SystemCall.RECVMSG, fd, message, flags);
    }

    /** SIOCOUTQ (tcp(7)): bytes, and a FIN, that the peer has not acknowledged yet. */
    public static int unacknowledged(int fd) {
        var scratch = Scratch.current();
        long value = scratch.at(Scratch.CELL);
        int result = (int) Native.call(SystemCall.IOCTL, fd, SIOCOUTQ, value);
        return result < 0 ? result : scratch.memory.get(JAVA_INT, Scratch.CELL);
    }

    /** shutdown(2); {@code how} is a SHUT_ constant. */
    public static int shutdown(int fd, int how) {
        return (int) Native.call(SystemCall.SHUTDOWN, fd, how);
    }

    /** setsockopt(2) of an option whose value is an int. */
    public static int setOption(int fd, int level, int name, int value) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_INT, Scratch.CELL, value);
        return setOption(scratch, fd, level, name, Integer.BYTES);
    }

    private static int setOption(Scratch scratch, int fd, int level, int name, int length) {
        long value = scratch.at(Scratch.CELL);
        return (int) Native.call(SystemCall.SETSOCKOPT, fd, level, name, value, length, 0);
    }

    /**
     * getsockopt(2) of an option whose value is an int and never negative, as nearly all are, so
     * that a negative result is {@code -errno}. {@link #SO_ERROR} returns a positive error number
     * and clears it.
     */
    public static int getOption(int fd, int level, int name) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_INT, Scratch.CELL_LENGTH, Integer.BYTES);
        long value = scratch.at(Scratch.CELL);
        long length = scratch.at(Scratch.CELL_LENGTH);
        int result = (int) Native.call(SystemCall.GETSOCKOPT, fd, level, name, value, length, 0);
        return result < 0 ? result : scratch.memory.get(JAVA_INT, Scratch.CELL);
    }

    /**
     * SO_LINGER: with {@code on} and 0 seconds, close(2) resets the connection and drops unsent
     * bytes.
     */
    public static int setLinger(int fd, boolean on, int seconds) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_INT, Scratch.CELL, on ? 1 : 0);
        scratch.memory.set(JAVA_INT, Scratch.CELL + Integer.BYTES, seconds);
        return setOption(scratch, fd, SOL_SOCKET, SO_LINGER, 2 * Integer.BYTES);
    }

    /** SO_SNDTIMEO: time limit of a blocking send, which then returns the bytes sent so far. */
    public static int setSendTimeout(int fd, int millis) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_LONG, Scratch.CELL, millis / 1_000);
        scratch.memory.set(JAVA_LONG, Scratch.CELL + Long.BYTES, millis % 1_000 * 1_000L);
        return setOption(scratch, fd, SOL_SOCKET, SO_SNDTIMEO, 2 * Long.BYTES);
    }

    /** Whether a connect(2) has succeeded: 0, or {@code -ENOTCONN} while it is in progress. */
    public static int connected(int fd) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_INT, Scratch.CELL_LENGTH, Scratch.SOCKADDR_SIZE);
        long length = scratch.at(Scratch.CELL_LENGTH);
        return (int) Native.call(SystemCall.GETPEERNAME, fd, scratch.at(Scratch.SOCKADDR), length);
    }

    /** getsockname(2), or null if the socket has no IP address. Allocates. */
    public static @Nullable InetSocketAddress localAddress(int fd) {
        return address(SystemCall.GETSOCKNAME, fd);
    }

    /** getpeername(2), or null if not (or no longer) connected over IP. Allocates. */
    public static @Nullable InetSocketAddress peerAddress(int fd) {
        return address(SystemCall.GETPEERNAME, fd);
    }

    private static @Nullable InetSocketAddress address(SystemCall call, int fd) {
        var scratch = Scratch.current();
        scratch.memory.set(JAVA_INT, Scratch.CELL_LENGTH, Scratch.SOCKADDR_SIZE);
        long length = scratch.at(Scratch.CELL_LENGTH);
        if (Native.call(call, fd, scratch.at(Scratch.SOCKADDR), length) < 0) {
            return null;
        }
        return SocketAddresses.read(scratch.memory, Scratch.SOCKADDR);
    }
}
