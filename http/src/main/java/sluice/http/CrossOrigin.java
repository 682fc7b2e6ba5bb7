package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * What a browser says about the page that sends a request (RFC 6454 section 7, Fetch Metadata
 * section 2). A page of another origin may send a request to any server that its visitor reaches;
 * it only cannot read the response. Other clients send neither field.
 */
public final class CrossOrigin {
    private static final byte[] SAME_ORIGIN = Octets.ascii("same-origin");
    /** The user's own doing: an address that was typed, a bookmark. */
    private static final byte[] NONE = Octets.ascii("none");

    private static final byte[] HTTP = Octets.ascii("http://");
    private static final byte[] HTTPS = Octets.ascii("https://");
    private static final byte[] HTTP_PORT = Octets.ascii(":80");
    private static final byte[] HTTPS_PORT = Octets.ascii(":443");

    private CrossOrigin() {}

    /**
     * Whether a request comes from a page of another origin than the host that it asks: by a
     * Sec-Fetch-Site other than {@code same-origin} and {@code none}, or by an Origin that is not
     * the request's host and port. {@code same-site} counts as another one: pages of two ports of
     * a machine are of the same site. The scheme does not count, since a proxy may have taken TLS
     * off.
     */
    public static boolean sent(Request request) {
        MemorySegment bytes = request.bytes();
        int line = request.find(Field.SEC_FETCH_SITE);
        while (line >= 0) {
            int from = request.valueFrom(line);
            int to = request.valueTo(line);
            if (!Octets.equal(bytes, from, to, SAME_ORIGIN)
                    && !Octets.equal(bytes, from, to, NONE)) {
                return true;
            }
            line = request.next(line);
        }
        line = request.find(Field.ORIGIN);
        while (line >= 0) {
            if (!isOwn(request, request.valueFrom(line), request.valueTo(line))) {
                return true;
            }
            line = request.next(line);
        }
        return false;
    }

    /** Whether the origin [from, to) is the host that is asked; "null" and a list never are. */
    private static boolean isOwn(Request request, int from, int to) {
        MemorySegment bytes = request.bytes();
        boolean plain = startsWith(bytes, from, to, HTTP);
        if (request.hostFrom() < 0 || !plain && !startsWith(bytes, from, to, HTTPS)) {
            return false;
        }
        byte[] port = plain ? HTTP_PORT : HTTPS_PORT;
        int at = from + (plain ? HTTP : HTTPS).length;
        int length = withoutDefault(bytes, at, to, port) - at;
        int host = request.hostFrom();
        return length > 0
                && length == withoutDefault(bytes, host, request.hostTo(), port) - host
                && equalIgnoringCase(bytes, at, host, length);
    }

    private static boolean startsWith(MemorySegment bytes, int from, int to, byte[] lower) {
        return to - from > lower.length
                && Octets.equalIgnoringCase(bytes, from, from + lower.length, lower);
    }

    /** The end without the port that is the scheme's default, or without an empty port. */
    private static int withoutDefault(MemorySegment bytes, int from, int to, byte[] port) {
        int start = to - port.length;
        if (start > from && Octets.equal(bytes, start, to, port)) {
            return start;
        }
        return to > from && Octets.get(bytes, to - 1) == ':' ? to - 1 : to;
    }

    private static boolean equalIgnoringCase(MemorySegment bytes, int one, int other, int length) {
        for (int i = 0; i < length; i++) {
            int octet = Octets.lower(Octets.get(bytes, one + i));
            if (octet != Octets.lower(Octets.get(bytes, other + i))) {
                return false;
            }
        }
        return true;
    }
}
