package sluice.http;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The path of a request, percent-decoded once into the bytes of a Linux path, and resolved as text,
 * before any file system sees it. Reusable: one per event loop. Every spelling of a path gives the
 * same bytes:
 *
 * <ul>
 *   <li>"." and ".." segments are resolved inside the root (RFC 3986 section 5.2.4), also
 *       percent-encoded ones, which are equivalent (section 6.2.2.2); 400 if they lead above it
 *   <li>then several slashes in a row become one, so that it does not matter whether the client has
 *       resolved dot segments already
 *   <li>400: a percent sign without two hexadecimal digits; NUL
 *   <li>404: an encoded slash ("%2F"), because no name can hold one
 * </ul>
 *
 * All other octets are just octets of a name: backslash, ";", "+", control characters, and UTF-8 or
 * not (overlong forms of "/" or "." match neither). Nothing is decoded twice.
 */
public final class RequestTarget {
    private static final byte[] UNENCODED = unencoded();
    /** "%2F" */
    private static final int ENCODED_OCTET = 3;

    private static final byte[] WELL_KNOWN = Octets.ascii("/.well-known");

    private final byte[] path = new byte[RequestHead.MAX_REQUEST_LINE];
    private int length;
    /** Whether a segment starts with a dot; meanwhile, whether one did before it was resolved. */
    private boolean hasDotfile;

    /** An object that holds no path yet. */
    public RequestTarget() {}

    /**
     * Decodes the path at [from, to) of a parsed request. An empty one, of {@code http://host}, is
     * "/".
     *
     * @return the length of the decoded path, or a negative status (400, 404, 414)
     */
    public int decode(MemorySegment bytes, int from, int to) {
        hasDotfile = false;
        length = 0;
        if (from == to) {
            path[length++] = '/';
            return length;
        }
        if (to - from > path.length) {
            return -Status.URI_TOO_LONG;
        }
        if (Octets.get(bytes, from) != '/') {
            return -Status.BAD_REQUEST;
        }
        path[length++] = '/';
        int segment = length;
        boolean empty = false;
        int at = from + 1;
        while (at < to) {
            byte octet = Octets.get(bytes, at++);
            if (octet == '/') {
                int resolved = endSegment(segment);
                if (resolved < 0) {
                    return -Status.BAD_REQUEST;
                }
                // A dot segment is gone together with its slash.
                if (resolved == length) {
                    empty |= resolved == segment;
                    path[length++] = '/';
                } else {
                    length = resolved;
                }
                segment = length;
                continue;
            }
            if (octet == '%') {
                if (!Authority.isPercentEncoded(bytes, at - 1, to)) {
                    return -Status.BAD_REQUEST;
                }
                int high = Octets.hex(Octets.get(bytes, at));
                octet = (byte) (high << 4 | Octets.hex(Octets.get(bytes, at + 1)));
                at += 2;
                if (octet == '/') {
                    return -Status.NOT_FOUND;
                }
            }
            if (octet == 0) {
                return -Status.BAD_REQUEST;
            }
            path[length++] = octet;
        }
        int resolved = endSegment(segment);
        if (resolved < 0) {
            return -Status.BAD_REQUEST;
        }
        length = resolved;
        if (empty) {
            mergeSlashes();
        }
        hasDotfile = hasDotfile && findsDotfile(0);
        return length;
    }

    /**
     * Where the path goes on after the segment that begins at {@code from} and ends it: at the end,
     * or where a dot segment leads, which is behind a slash. Negative above the root.
     */
    private int endSegment(int from) {
        int size = length - from;
        if (size == 0 || path[from] != '.') {
            return length;
        }
        hasDotfile = true;
        if (size == 1) {
            return from;
        }
        if (size > 2 || path[from + 1] != '.') {
            return length;
        }
        int at = from - 2;
        while (at >= 0 && path[at] != '/') {
            at--;
        }
        return at < 0 ? -1 : at + 1;
    }

    private void mergeSlashes() {
        int kept = 1;
        for (int i = 1; i < length; i++) {
            if (path[i] != '/' || path[kept - 1] != '/') {
                path[kept++] = path[i];
            }
        }
        length = kept;
    }

    /** Whether a segment behind the slash at {@code from} or later starts with a dot. */
    private boolean findsDotfile(int from) {
        for (int i = from + 1; i < length; i++) {
            if (path[i - 1] == '/' && path[i] == '.') {
                return true;
            }
        }
        return false;
    }

    /** The decoded path in the first {@link #length} octets, until the next one is decoded. */
    public byte[] bytes() {
        return path;
    }

    public int length() {
        return length;
    }

    public boolean endsWithSlash() {
        return path[length - 1] == '/';
    }

    /** True if a segment starts with a dot. */
    public boolean hasDotfile() {
        return hasDotfile;
    }

    /**
     * True if the path is {@code /.well-known} of RFC 8615, or leads through it. Only the first
     * segment can be that: the RFC registers names below the root of a site.
     */
    public boolean isWellKnown() {
        int end = WELL_KNOWN.length;
        return length >= end
                && Arrays.equals(path, 0, end, WELL_KNOWN, 0, end)
                && (length == end || path[end] == '/');
    }

    /** True if a segment starts with a dot, other than a {@link #isWellKnown} first one. */
    public boolean hasHiddenDotfile() {
        return hasDotfile && findsDotfile(isWellKnown() ? 1 : 0);
    }

    /** Copies [from, length) and a NUL, for system calls. Returns the length without NUL. */
    public int copyTo(int from, MemorySegment into, long at) {
        int size = length - from;
        MemorySegment.copy(path, from, into, ValueLayout.JAVA_BYTE, at, size);
        into.set(ValueLayout.JAVA_BYTE, at + size, (byte) 0);
        return size;
    }

    /** The decoded path as a string; replaces octets that are not UTF-8. Allocates. */
    public String text() {
        return new String(path, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * Appends the URL segment of a name on disk. Encodes all but unreserved characters and a few
     * harmless delimiters. It encodes ":", too, so that a relative reference cannot look like a
     * scheme, and "&amp;", "'" and quotes, so that HTML needs no further escaping.
     */
    public static void encode(byte[] name, int from, int to, ByteWriter out) {
        for (int i = from; i < to; i++) {
            byte octet = name[i];
            if (UNENCODED[octet & 0xFF] != 0) {
                out.put(octet);
            } else {
                out.put((byte) '%').hex(octet);
            }
        }
    }

    /** The URL segment as a string. */
    public static String encode(byte[] name) {
        StringBuilder text = new StringBuilder(name.length + 16);
        for (byte octet : name) {
            if (UNENCODED[octet & 0xFF] != 0) {
                text.append((char) octet);
            } else {
                HexFormat.of().withUpperCase().toHexDigits(text.append('%'), octet);
            }
        }
        return text.toString();
    }

    /**
     * Where the directory of this path is found: its one URL with a slash, and the query of its
     * request. It begins with one slash and a name, or is "/", however the request spelled it, so
     * it can't be taken for another host's ("//host").
     */
    public byte[] withSlash(Request request) {
        int query = request.hasQuery() ? 1 + request.queryTo() - request.queryFrom() : 0;
        byte[] location = new byte[ENCODED_OCTET * length + 1 + query];
        ByteWriter out = new ByteWriter().over(MemorySegment.ofArray(location), 0, location.length);
        int segment = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || path[i] == '/') {
                encode(path, segment, i, out);
                if (i < length || segment < length) {
                    out.put((byte) '/');
                }
                segment = i + 1;
            }
        }
        int end = (int) out.position();
        if (query > 0) {
            location[end] = '?';
            MemorySegment.copy(
                    request.bytes(),
                    ValueLayout.JAVA_BYTE,
                    request.queryFrom(),
                    location,
                    end + 1,
                    query - 1);
        }
        return Arrays.copyOf(location, end + query);
    }

    private static byte[] unencoded() {
        byte[] table = new byte[256];
        String unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (char character : (unreserved + "!$()*+,=@").toCharArray()) {
            table[character] = 1;
        }
        return table;
    }
}
