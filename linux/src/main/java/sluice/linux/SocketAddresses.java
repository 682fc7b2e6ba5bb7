package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout.OfShort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** struct sockaddr_in (ip(7)) and sockaddr_in6 (ipv6(7)) to and from Java's addresses. */
final class SocketAddresses {
    static final int SIZE_V4 = 16;
    static final int SIZE_V6 = 28;
    static final int PORT = 2;
    static final int ADDRESS_V4 = 4;
    static final int ADDRESS_V6 = 8;
    static final int SCOPE_V6 = 24;

    private static final int LENGTH_V4 = 4;
    private static final int LENGTH_V6 = 16;
    /**
     * Length of the prefix of an IPv4-mapped IPv6 address: ten bytes 0 and two 0xff (RFC 4291
     * section 2.5.5.2).
     */
    private static final int MAPPED_PREFIX = 12;

    private static final OfShort PORT_LAYOUT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    /**
     * Returns bytes written, or {@code -errno} if {@code domain} cannot express {@code address}.
     */
    static int write(InetSocketAddress address, int domain, MemorySegment memory, long at) {
        var ip = address.getAddress();
        if (ip == null) {
            return -Errno.EINVAL;
        }
        var bytes = ip.getAddress();
        var target = memory.asSlice(at, SIZE_V6).fill((byte) 0);
        target.set(JAVA_SHORT, 0, (short) domain);
        target.set(PORT_LAYOUT, PORT, (short) address.getPort());
        if (domain == SocketCalls.AF_INET && bytes.length == LENGTH_V4) {
            MemorySegment.copy(bytes, 0, target, JAVA_BYTE, ADDRESS_V4, LENGTH_V4);
            return SIZE_V4;
        }
        if (domain != SocketCalls.AF_INET6) {
            return -Errno.EAFNOSUPPORT;
        }
        if (ip instanceof Inet6Address v6) {
            target.set(JAVA_INT, SCOPE_V6, v6.getScopeId());
            MemorySegment.copy(bytes, 0, target, JAVA_BYTE, ADDRESS_V6, LENGTH_V6);
        } else {
            target.set(JAVA_SHORT, ADDRESS_V6 + MAPPED_PREFIX - 2, (short) -1);
            MemorySegment.copy(bytes, 0, target, JAVA_BYTE, ADDRESS_V6 + MAPPED_PREFIX, LENGTH_V4);
        }
        return SIZE_V6;
    }

    /** Null if the family is not IP. Returns a mapped IPv4 address as IPv4. */
    static @Nullable InetSocketAddress read(MemorySegment memory, long at) {
        int port = Short.toUnsignedInt(memory.get(PORT_LAYOUT, at + PORT));
        try {
            return switch (memory.get(JAVA_SHORT, at)) {
                case SocketCalls.AF_INET -> new InetSocketAddress(v4(memory, at), port);
                case SocketCalls.AF_INET6 -> new InetSocketAddress(v6(memory, at), port);
                default -> null;
            };
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible); // only thrown for a wrong number of bytes
        }
    }

    private static InetAddress v4(MemorySegment memory, long at) throws UnknownHostException {
        return InetAddress.getByAddress(bytes(memory, at + ADDRESS_V4, LENGTH_V4));
    }

    private static InetAddress v6(MemorySegment memory, long at) throws UnknownHostException {
        var bytes = bytes(memory, at + ADDRESS_V6, LENGTH_V6);
        int scope = memory.get(JAVA_INT, at + SCOPE_V6);
        if (scope == 0) {
            return InetAddress.getByAddress(bytes); // IPv4 when mapped
        }
        return Inet6Address.getByAddress(null, bytes, scope);
    }

    private static byte[] bytes(MemorySegment memory, long at, int length) {
        return memory.asSlice(at, length).toArray(JAVA_BYTE);
    }
}
