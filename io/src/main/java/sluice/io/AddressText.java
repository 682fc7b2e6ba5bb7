package sluice.io;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Addresses as people write them; those of IPv6 short, as RFC 5952 section 4 wants them. */
public final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    /** Without brackets; with the zone of a link-local address. */
    public static String of(InetAddress address) {
        return address instanceof Inet6Address six ? shortened(six) : address.getHostAddress();
    }

    /** For a URI, where an IPv6 address has brackets (RFC 3986 section 3.2.2). */
    public static String inUri(InetAddress address) {
        return address instanceof Inet6Address ? "[" + of(address) + "]" : of(address);
    }

    /** Where a server listens, for messages: {@code unix:} and the file of a Unix socket. */
    public static String of(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet -> of(inet);
            case UnixDomainSocketAddress unix -> Listen.UNIX + unix.getPath();
            default -> address.toString();
        };
    }

    /** Where clients find a server: the URI of its root, or {@code unix:} and a file. */
    public static String asUri(SocketAddress address, boolean secure) {
        return address instanceof InetSocketAddress inet
                ? (secure ? "https://" : "http://") + inUri(inet.getAddress()) + ":"
                        + inet.getPort() + "/"
                : of(address);
    }

    /** Host and port, for messages: a host without an address as it was given. */
    public static String of(InetSocketAddress address) {
        String name = address.getHostString();
        boolean isNamed = address.isUnresolved()
                || !name.contains(":") && !name.equals(address.getAddress().getHostAddress());
        return (isNamed ? name : inUri(address.getAddress())) + ":" + address.getPort();
    }

    private static String shortened(Inet6Address address) {
        byte[] octets = address.getAddress();
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (octets[2 * i] & 0xFF) << 8 | octets[2 * i + 1] & 0xFF;
        }
        // The first longest run of zeros becomes ::, but not a single one.
        int from = 0;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zerosAt(groups, i);
            if (zeros > length) {
                from = i;
                length = zeros;
            }
        }
        String text = length == 1
                ? hex(groups, 0, GROUPS)
                : hex(groups, 0, from) + "::" + hex(groups, from + length, GROUPS);
        // Java knows the interface of others, too; but only these need it.
        String full = address.getHostAddress();
        int zone = address.isLinkLocalAddress() ? full.indexOf('%') : -1;
        return zone < 0 ? text : text + full.substring(zone);
    }

    private static int zerosAt(int[] groups, int from) {
        int to = from;
        while (to < groups.length && groups[to] == 0) {
            to++;
        }
        return to - from;
    }

    private static String hex(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
