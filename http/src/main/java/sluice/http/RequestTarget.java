package sluice.http;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The path of a request, percent-decoded once into the bytes of a Linux path. Reusable: one per
 * event loop. A file has exactly one path, so any second spelling of a path is refused:
 *
 * <ul>
 *   <li>400: a percent sign without two hexadecimal digits; NUL; a segment that is "." or ".." when
 *       decoded, in any encoding (a client removes both before it sends, RFC 3986 section 5.2.4)
 *   <li>404: an empty segment ("//"), and an encoded slash ("%2F"), because no name can hold one
 * </ul>
 *
 * All other octets are just octets of a name: backslash, ";", "+", control characters, and UTF-8 or
 * not (overlong forms of "/" or "." match neither). Nothing is decoded twice.
 */
public final class RequestTarget {
    private static final byte[] UNENCODED = unencoded();

    private final byte[] path = new byte[RequestHead.MAX_REQUEST_LINE];
    private int length;
    private boolean hasDotfile;

    /** An object that holds no path yet. */
    public RequestTarget() {}

    /**
     * Decodes the path at [from, to) of a parsed request. An empty one, of {@code http://host}, is
     * "/".
     *
     * @return the length of the decoded path, or a negative status (400, 404)
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
        int segment = 0;
        int at = from;
        while (at < to) {
            byte octet = Octets.get(bytes, at++);
            if (octet == '/') {
                int refusal = endSegment(segment, at - 1 > from);
                if (refusal < 0) {
                    return refusal;
                }
                segment = length + 1;
            } else if (octet == '%') {
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
        int refusal = segment == length ? 0 : endSegment(segment, true);
        return refusal < 0 ? refusal : length;
    }

    private int endSegment(int from, boolean named) {
        int size = length - from;
        if (size == 0) {
            return named ? -Status.NOT_FOUND : 0;
        }
        if (path[from] != '.') {
            return 0;
        }
        hasDotfile = true;
        boolean dots = size == 1 || size == 2 && path[from + 1] == '.';
        return dots ? -Status.BAD_REQUEST : 0;
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
     * Where the directory of this request is found: its path as it was sent, a slash, and its
     * query. The path was decoded without refusal, so it starts with one slash and a name, and
     * can't be taken for another host's ("//host").
     */
    public static byte[] withSlash(Request request) {
        int path = request.pathTo() - request.pathFrom();
        int query = request.hasQuery() ? 1 + request.queryTo() - request.queryFrom() : 0;
        byte[] location = new byte[path + 1 + query];
        copy(request, request.pathFrom(), path, location, 0);
        location[path] = '/';
        if (query > 0) {
            location[path + 1] = '?';
            copy(request, request.queryFrom(), query - 1, location, path + 2);
        }
        return location;
    }

    private static void copy(Request request, int from, int length, byte[] into, int at) {
        MemorySegment.copy(request.bytes(), ValueLayout.JAVA_BYTE, from, into, at, length);
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
