package sluice.http;

import java.lang.foreign.MemorySegment;

/** The request line of RFC 9112 section 3, as offsets. */
final class RequestLine {
    private static final long HTTP_1_1 = Octets.word("HTTP/1.1");
    private static final byte[] HTTP = Octets.ascii("HTTP/");
    private static final byte[] SCHEME_HTTP = Octets.ascii("http://");
    private static final byte[] SCHEME_HTTPS = Octets.ascii("https://");
    static final int VERSION_LENGTH = 8;

    Method method = Method.OTHER;
    TargetForm form = TargetForm.ORIGIN;
    int methodFrom;
    int methodTo;
    int targetFrom;
    int targetTo;
    int authorityFrom;
    int authorityTo;
    int pathFrom;
    int pathTo;
    int queryFrom;
    int queryTo;
    int minorVersion;
    /** Where the line ends, if it is incomplete. */
    HeadPart unfinished = HeadPart.ANY;

    /** Returns the offset after the line, INCOMPLETE, or a negative status. */
    int parse(MemorySegment bytes, int from, int limit) {
        unfinished = HeadPart.ANY;
        authorityFrom = authorityTo = -1;
        pathFrom = pathTo = queryFrom = queryTo = -1;
        int at = parseMethod(bytes, from, limit);
        if (at <= 0) {
            return at;
        }
        at = parseTarget(bytes, at, limit);
        if (at <= 0) {
            return at;
        }
        at = parseVersion(bytes, at, limit);
        if (at <= 0) {
            return at;
        }
        if (!formFitsMethod()) {
            return -Status.BAD_REQUEST;
        }
        return FieldLines.endOfLine(bytes, at, limit);
    }

    private int parseMethod(MemorySegment bytes, int from, int limit) {
        int end = Octets.skip(bytes, from, limit, Octets.TOKEN);
        if (end - from > RequestHead.MAX_METHOD) {
            return -Status.NOT_IMPLEMENTED;
        }
        if (end == limit) {
            unfinished = end == from ? HeadPart.ANY : HeadPart.METHOD;
            return RequestHead.INCOMPLETE;
        }
        if (end == from || Octets.get(bytes, end) != ' ') {
            return -Status.BAD_REQUEST;
        }
        methodFrom = from;
        methodTo = end;
        method = Method.of(bytes, from, end);
        return end + 1;
    }

    private int parseTarget(MemorySegment bytes, int from, int limit) {
        if (from == limit) {
            return RequestHead.INCOMPLETE;
        }
        targetFrom = from;
        int end;
        int first = Octets.get(bytes, from);
        if (first == '/') {
            form = TargetForm.ORIGIN;
            end = parsePath(bytes, from, limit);
        } else if (first == '*') {
            form = TargetForm.ASTERISK;
            end = from + 1;
        } else if (method == Method.CONNECT) {
            form = TargetForm.AUTHORITY;
            end = parseAuthority(bytes, from, limit);
        } else {
            form = TargetForm.ABSOLUTE;
            end = parseAbsolute(bytes, from, limit);
        }
        if (end <= 0) {
            return end;
        }
        if (end == limit) {
            unfinished = endsInTarget();
            return RequestHead.INCOMPLETE;
        }
        targetTo = end;
        return Octets.get(bytes, end) == ' ' ? end + 1 : -Status.BAD_REQUEST;
    }

    /** Where a target ends that fills the octets; a path begins at its first slash. */
    private HeadPart endsInTarget() {
        if (queryFrom >= 0) {
            return HeadPart.QUERY;
        }
        return pathFrom >= 0 && pathTo > pathFrom ? HeadPart.PATH : HeadPart.ANY;
    }

    private int parsePath(MemorySegment bytes, int from, int limit) {
        pathFrom = from;
        pathTo = Octets.skip(bytes, from, limit, Octets.PATH);
        if (pathTo == limit || Octets.get(bytes, pathTo) != '?') {
            return pathTo;
        }
        queryFrom = pathTo + 1;
        queryTo = Octets.skip(bytes, queryFrom, limit, Octets.QUERY);
        return queryTo;
    }

    private int parseAbsolute(MemorySegment bytes, int from, int limit) {
        int scheme = SCHEME_HTTP.length;
        int matched = matchIgnoringCase(bytes, from, limit, SCHEME_HTTP);
        if (matched < 0) {
            scheme = SCHEME_HTTPS.length;
            matched = matchIgnoringCase(bytes, from, limit, SCHEME_HTTPS);
        }
        if (matched <= 0) {
            return matched < 0 ? -Status.BAD_REQUEST : RequestHead.INCOMPLETE;
        }
        int end = parseAuthority(bytes, from + scheme, limit);
        if (end <= 0) {
            return end;
        }
        int next = Octets.get(bytes, end);
        return next == '/' || next == '?' || next == ' '
                ? parsePath(bytes, end, limit)
                : -Status.BAD_REQUEST; // the "@" of user information, or no octet of a URI
    }

    /** An authority ends at "/", "?" or the space; it is checked once its end has arrived. */
    private int parseAuthority(MemorySegment bytes, int from, int limit) {
        int at = from;
        while (at < limit && isAuthority(Octets.get(bytes, at))) {
            at++;
        }
        if (at == limit) {
            unfinished = HeadPart.AUTHORITY;
            return RequestHead.INCOMPLETE;
        }
        authorityFrom = from;
        authorityTo = at;
        boolean valid = method == Method.CONNECT
                ? Authority.isValidWithPort(bytes, from, at)
                : Authority.isValid(bytes, from, at);
        return valid ? at : -Status.BAD_REQUEST;
    }

    static boolean isAuthority(int octet) {
        return Octets.is(octet, Octets.HOST)
                || octet == ':'
                || octet == '%'
                || octet == '['
                || octet == ']';
    }

    private int parseVersion(MemorySegment bytes, int from, int limit) {
        if (limit - from < VERSION_LENGTH) {
            unfinished = HeadPart.VERSION;
            return matchPartialVersion(bytes, from, limit);
        }
        if (Octets.word(bytes, from) == HTTP_1_1) {
            minorVersion = 1;
            return from + VERSION_LENGTH;
        }
        int refusal = matchPartialVersion(bytes, from, from + VERSION_LENGTH);
        if (refusal < 0) {
            return refusal;
        }
        if (Octets.get(bytes, from + 5) != '1') {
            return -Status.HTTP_VERSION_NOT_SUPPORTED;
        }
        // A higher one is processed as the highest that is known, RFC 9110 section 2.5.
        minorVersion = Octets.get(bytes, from + 7) == '0' ? 0 : 1;
        return from + VERSION_LENGTH;
    }

    /** Refuses octets that cannot become "HTTP/" DIGIT "." DIGIT. */
    static int matchPartialVersion(MemorySegment bytes, int from, int limit) {
        for (int at = from; at < limit; at++) {
            int place = at - from;
            int octet = Octets.get(bytes, at);
            boolean fits = place < HTTP.length
                    ? octet == HTTP[place]
                    : place == 6 ? octet == '.' : Octets.is(octet, Octets.DIGIT);
            if (!fits) {
                return -Status.BAD_REQUEST;
            }
        }
        return RequestHead.INCOMPLETE;
    }

    private boolean formFitsMethod() {
        return switch (form) {
            case ASTERISK -> method == Method.OPTIONS;
            case AUTHORITY -> true;
            case ORIGIN, ABSOLUTE -> method != Method.CONNECT;
        };
    }

    /** 1 for a match, 0 for a prefix of one, -1 otherwise. */
    private static int matchIgnoringCase(MemorySegment bytes, int from, int limit, byte[] lower) {
        int length = Math.min(limit - from, lower.length);
        for (int i = 0; i < length; i++) {
            if (Octets.lower(Octets.get(bytes, from + i)) != lower[i]) {
                return -1;
            }
        }
        return length == lower.length ? 1 : 0;
    }
}
