package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import sluice.linux.Probe.Finding;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Checks of {@link Probe} for waiting, sockets and sandboxes. */
final class SystemProbes {
    static final long LANDLOCK_VERSION = 1;

    private static final int STREAM = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC;

    private SystemProbes() {}

    static Finding epoll(Descriptors open) {
        return new Finding(open.add(EpollCalls.create()));
    }

    static Finding eventfd(Descriptors open) {
        return new Finding(open.add(EventFd.create()));
    }

    static Finding posixAio(Descriptors open) {
        return new Finding(AioCalls.UNAVAILABLE.isEmpty() ? 0 : -Errno.ENOSYS);
    }

    static Finding ioUring(Descriptors open) {
        return ioUring(open, 0);
    }

    static Finding bufferRing(Descriptors open) {
        try (var arena = Arena.ofConfined()) {
            var params = arena.allocate(UringCalls.PARAMS_SIZE, Long.BYTES);
            int ring = open.add(UringCalls.setup(2, params.address()));
            return new Finding(ring < 0 ? ring : UringBuffers.tryRegister(ring, 1, arena));
        }
    }

    static Finding deferTaskrun(Descriptors open) {
        return ioUring(
                open,
                UringCalls.IORING_SETUP_SINGLE_ISSUER | UringCalls.IORING_SETUP_DEFER_TASKRUN);
    }

    static Finding sendZeroCopy(Descriptors open) {
        try (var arena = Arena.ofConfined()) {
            var ring = Uring.open(2, 2, false, arena);
            try {
                int enabled = ring.enable();
                return new Finding(enabled < 0 ? enabled : UringProbes.sendsZeroCopy(ring, arena));
            } finally {
                ring.close();
            }
        } catch (IOException e) {
            return new Finding(-Errno.ENOSYS);
        }
    }

    private static Finding ioUring(Descriptors open, int flags) {
        try (var arena = Arena.ofConfined()) {
            var params = arena.allocate(UringCalls.PARAMS_SIZE, Long.BYTES);
            params.set(JAVA_INT, UringCalls.PARAMS_FLAGS, flags);
            int ring = UringCalls.setup(2, params.address());
            int features = params.get(JAVA_INT, UringCalls.PARAMS_FEATURES);
            return new Finding(open.add(ring), "features 0x" + Integer.toHexString(features));
        }
    }

    static Finding zerocopy(Descriptors open) {
        return option(open, SocketCalls.SO_ZEROCOPY);
    }

    static Finding reusePort(Descriptors open) {
        return option(open, SocketCalls.SO_REUSEPORT);
    }

    private static Finding option(Descriptors open, int name) {
        int socket = open.add(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        return new Finding(SocketCalls.setOption(socket, SocketCalls.SOL_SOCKET, name, 1));
    }

    /** Binds an address: a kernel may support IPv6 and have no IPv6 address. */
    static Finding ipv6(Descriptors open) {
        int socket = open.add(SocketCalls.socket(SocketCalls.AF_INET6, STREAM, 0));
        return new Finding(socket < 0 ? socket : SocketCalls.bind(socket, loopback6()));
    }

    private static InetSocketAddress loopback6() {
        var bytes = new byte[16];
        bytes[15] = 1;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible); // only thrown for a wrong number of bytes
        }
    }

    static Finding landlock(Descriptors open) {
        long flag = LANDLOCK_VERSION;
        long version = Native.call(SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, flag);
        return new Finding(version, "ABI " + version);
    }

    static Finding pidfd(Descriptors open) {
        long self = Native.call(SystemCall.PIDFD_OPEN, ProcessCalls.getpid(), 0);
        return new Finding(open.add((int) self));
    }
}
