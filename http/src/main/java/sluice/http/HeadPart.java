package sluice.http;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * The part of a head in which its octets end, if it is unfinished: what may follow without deciding
 * it. A connection keeps this and how many octets it has seen. So a head is refused by the octet
 * that makes it wrong, wherever segments cut it, and yet it is not parsed again for each octet.
 *
 * <pre>
 *   METHOD --" "--> ANY --target--> PATH --"?"--> QUERY --" "--> VERSION --> ANY --CR LF--> LINE
 *                                     |                             ^
 *                    AUTHORITY        +------------" "--------------+
 *
 *   LINE --token--> NAME --":"--> VALUE --CR--> ANY --LF--> LINE
 * </pre>
 */
public enum HeadPart {
    /** Any octet can decide: the head is parsed again. */
    ANY,
    METHOD,
    PATH,
    QUERY,
    /** Of an absolute target, or of CONNECT; the octet behind it decides whether it is valid. */
    AUTHORITY,
    VERSION,
    /** Before the first octet of a field line, or of the empty line. */
    LINE,
    NAME,
    VALUE;

    /**
     * The part in which the octets [from, to) of a head end, given that [from, known) end in this
     * one; null if they must be parsed, since the result can differ: a line ended, an octet is
     * wrong, or a limit was exceeded. The total work is linear for a client that sends octet by
     * octet: null comes once for each of at most {@link FieldLines#MAX_FIELDS} lines, and a few
     * times for the request line and the limits.
     */
    public @Nullable HeadPart after(MemorySegment bytes, int from, int known, int to) {
        if (crosses(from + RequestHead.MAX_HEAD, known, to)) {
            return null;
        }
        // A request line begins behind the empty lines before it.
        for (int empty = 0; empty <= RequestHead.MAX_LEADING_EMPTY_LINES; empty++) {
            if (crosses(from + RequestHead.MAX_REQUEST_LINE + 2 * empty, known, to)) {
                return null;
            }
        }
        return switch (this) {
            case ANY -> null;
            case METHOD -> method(bytes, from, known, to);
            case PATH -> path(bytes, known, to);
            case QUERY -> query(bytes, known, to);
            case AUTHORITY -> authority(bytes, known, to);
            case VERSION -> version(bytes, known, to);
            case LINE -> line(bytes, known, to);
            case NAME -> name(bytes, known, to);
            case VALUE -> value(bytes, known, to);
        };
    }

    private static boolean crosses(int limit, int known, int to) {
        return known < limit && to >= limit;
    }

    private static @Nullable HeadPart method(MemorySegment bytes, int from, int known, int to) {
        int at = Octets.skip(bytes, known, to, Octets.TOKEN);
        if (to - from > RequestHead.MAX_METHOD) {
            return null;
        }
        if (at == to) {
            return METHOD;
        }
        return Octets.get(bytes, at) == ' ' && at + 1 == to ? ANY : null;
    }

    private static @Nullable HeadPart path(MemorySegment bytes, int known, int to) {
        int at = Octets.skip(bytes, known, to, Octets.PATH);
        if (at == to) {
            return PATH;
        }
        return switch (Octets.get(bytes, at)) {
            case '?' -> query(bytes, at + 1, to);
            case ' ' -> version(bytes, at + 1, to);
            default -> null;
        };
    }

    private static @Nullable HeadPart query(MemorySegment bytes, int known, int to) {
        int at = Octets.skip(bytes, known, to, Octets.QUERY);
        if (at == to) {
            return QUERY;
        }
        return Octets.get(bytes, at) == ' ' ? version(bytes, at + 1, to) : null;
    }

    private static @Nullable HeadPart authority(MemorySegment bytes, int known, int to) {
        int at = known;
        while (at < to && RequestLine.isAuthority(Octets.get(bytes, at))) {
            at++;
        }
        return at == to ? AUTHORITY : null;
    }

    private static @Nullable HeadPart version(MemorySegment bytes, int known, int to) {
        // The space before it is not farther than a version is long: it ends this part.
        int start = known;
        while (Octets.get(bytes, start - 1) != ' ') {
            start--;
        }
        boolean fits = to - start < RequestLine.VERSION_LENGTH
                && RequestLine.matchPartialVersion(bytes, start, to) == RequestHead.INCOMPLETE;
        return fits ? VERSION : null;
    }

    private static @Nullable HeadPart line(MemorySegment bytes, int known, int to) {
        if (known == to) {
            return LINE;
        }
        byte first = Octets.get(bytes, known);
        if (Octets.is(first, Octets.TOKEN)) {
            return name(bytes, known + 1, to);
        }
        return first == Octets.CR && known + 1 == to ? ANY : null;
    }

    private static @Nullable HeadPart name(MemorySegment bytes, int known, int to) {
        int at = Octets.skip(bytes, known, to, Octets.TOKEN);
        if (at == to) {
            return NAME;
        }
        return Octets.get(bytes, at) == ':' ? value(bytes, at + 1, to) : null;
    }

    private static @Nullable HeadPart value(MemorySegment bytes, int known, int to) {
        int at = Octets.skipText(bytes, known, to);
        if (at == to) {
            return VALUE;
        }
        return Octets.get(bytes, at) == Octets.CR && at + 1 == to ? ANY : null;
    }
}
