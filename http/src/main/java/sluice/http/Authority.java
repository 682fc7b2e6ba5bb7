package sluice.http;

import java.lang.foreign.MemorySegment;

/** Syntax of {@code uri-host [":" port]}, RFC 9110 section 7.2 and RFC 3986 section 3.2. */
public final class Authority {
    private static final int IPV6_GROUPS = 8;
    private static final int MAX_PORT = 65_535;

    private Authority() {}

    /** The end of the host in a valid authority [from, to): before the colon of a port, or to. */
    public static int withoutPort(MemorySegment bytes, int from, int to) {
        int at = to - 1;
        while (at > from && Octets.is(Octets.get(bytes, at), Octets.DIGIT)) {
            at--;
        }
        // Brackets enclose the colons of an IPv6 address.
        return at > from && Octets.get(bytes, at) == ':' ? at : to;
    }

    /**
     * The end of what a valid authority [from, to) names: as {@link #withoutPort}, and without the
     * dot that makes a name absolute (RFC 1034 section 3.1).
     */
    public static int endOfName(MemorySegment bytes, int from, int to) {
        int last = withoutPort(bytes, from, to) - 1;
        return last > from && Octets.get(bytes, last) == '.' ? last : last + 1;
    }

    /** Whether the valid host [from, to), without a port, is an address instead of a name. */
    public static boolean isAddress(MemorySegment bytes, int from, int to) {
        return from < to && (Octets.get(bytes, from) == '[' || isIpv4(bytes, from, to));
    }

    /**
     * True if [from, to) is a non-empty host with an optional port. User information is an error,
     * as RFC 9110 section 4.2.4 recommends.
     */
    static boolean isValid(MemorySegment bytes, int from, int to) {
        int host = endOfHost(bytes, from, to);
        if (host <= from) {
            return false;
        }
        return host == to || isPort(bytes, host, to);
    }

    /** Like {@link #isValid}, but requires a port, as for CONNECT, RFC 9112 section 3.2.3. */
    static boolean isValidWithPort(MemorySegment bytes, int from, int to) {
        int host = endOfHost(bytes, from, to);
        return host > from && to - host > 1 && isPort(bytes, host, to);
    }

    /** A colon and a TCP port, or nothing. */
    private static boolean isPort(MemorySegment bytes, int at, int to) {
        return Octets.get(bytes, at) == ':'
                && (at + 1 == to || isWithin(Octets.decimal(bytes, at + 1, to), MAX_PORT));
    }

    private static boolean isWithin(long number, int highest) {
        return number >= 0 && number <= highest;
    }

    private static int endOfHost(MemorySegment bytes, int from, int to) {
        if (from < to && Octets.get(bytes, from) == '[') {
            return endOfLiteral(bytes, from, to);
        }
        int at = from;
        while (at < to) {
            at = Octets.skip(bytes, at, to, Octets.HOST);
            if (at == to || Octets.get(bytes, at) != '%') {
                return at;
            }
            if (!isPercentEncoded(bytes, at, to)) {
                return -1;
            }
            at += 3;
        }
        return at;
    }

    static boolean isPercentEncoded(MemorySegment bytes, int at, int to) {
        return to - at >= 3
                && Octets.is(Octets.get(bytes, at + 1), Octets.HEX)
                && Octets.is(Octets.get(bytes, at + 2), Octets.HEX);
    }

    private static int endOfLiteral(MemorySegment bytes, int from, int to) {
        int close = from + 1;
        while (close < to && Octets.get(bytes, close) != ']') {
            close++;
        }
        return close < to && isIpv6(bytes, from + 1, close) ? close + 1 : -1;
    }

    /** IPv6address of RFC 3986 section 3.2.2. IPvFuture is refused: no such address exists. */
    static boolean isIpv6(MemorySegment bytes, int from, int to) {
        int groups = 0;
        boolean shortened = false;
        int at = from;
        if (startsWithTwoColons(bytes, at, to)) {
            shortened = true;
            at += 2;
        }
        while (at < to) {
            int end = Octets.skip(bytes, at, to, Octets.HEX);
            if (end < to && Octets.get(bytes, end) == '.') {
                groups += 2;
                return isIpv4(bytes, at, to) && isComplete(groups, shortened);
            }
            if (end == at || end - at > 4) {
                return false;
            }
            groups++;
            at = end;
            if (at == to) {
                break;
            }
            if (startsWithTwoColons(bytes, at, to)) {
                if (shortened) {
                    return false;
                }
                shortened = true;
                at += 2;
            } else if (Octets.get(bytes, at) == ':' && at + 1 < to) {
                at++;
            } else {
                return false;
            }
        }
        return isComplete(groups, shortened);
    }

    private static boolean isComplete(int groups, boolean shortened) {
        return shortened ? groups < IPV6_GROUPS : groups == IPV6_GROUPS;
    }

    private static boolean startsWithTwoColons(MemorySegment bytes, int at, int to) {
        return to - at >= 2 && Octets.get(bytes, at) == ':' && Octets.get(bytes, at + 1) == ':';
    }

    private static boolean isIpv4(MemorySegment bytes, int from, int to) {
        int at = from;
        for (int part = 0; part < 4; part++) {
            int end = Octets.skip(bytes, at, to, Octets.DIGIT);
            boolean leadingZero = end - at > 1 && Octets.get(bytes, at) == '0';
            if (end - at > 3 || leadingZero) {
                return false;
            }
            if (!isWithin(Octets.decimal(bytes, at, end), 255)) {
                return false;
            }
            boolean dot = end < to && Octets.get(bytes, end) == '.';
            if (part < 3 && !dot) {
                return false;
            }
            at = part < 3 ? end + 1 : end;
        }
        return at == to;
    }
}
