package sluice.http;

import java.lang.foreign.MemorySegment;

/** Conditional requests, RFC 9110 section 13, in the order of section 13.2.2. */
public final class Conditions {
    /** What to do with a request. */
    public enum Outcome {
        PROCEED,
        /** 304 */
        NOT_MODIFIED,
        /** 412 */
        PRECONDITION_FAILED
    }

    private Conditions() {}

    /**
     * Evaluates all conditions but If-Range. Call it where the answer without them would be 2xx
     * (section 13.2.1); {@link Request#hasConditions} says whether there is anything to do.
     *
     * @param exists whether there is a current representation
     * @param tag its entity tag with quotes, weak or strong; empty without one
     * @param lastModified seconds since 1970, or {@link HttpDate#INVALID} if unknown
     * @param now seconds since 1970
     */
    public static Outcome evaluate(
            Request request, boolean exists, byte[] tag, long lastModified, long now) {
        boolean reads = request.method() == Method.GET || request.method() == Method.HEAD;
        if (request.has(Field.IF_MATCH)) {
            if (!matches(request, Field.IF_MATCH, exists, tag, true)) {
                return Outcome.PRECONDITION_FAILED;
            }
        } else if (exists && isSince(request, Field.IF_UNMODIFIED_SINCE, lastModified, now)) {
            return Outcome.PRECONDITION_FAILED;
        }
        if (request.has(Field.IF_NONE_MATCH)) {
            if (!matches(request, Field.IF_NONE_MATCH, exists, tag, false)) {
                return Outcome.PROCEED;
            }
            return reads ? Outcome.NOT_MODIFIED : Outcome.PRECONDITION_FAILED;
        }
        if (reads && exists && isNotSince(request, lastModified, now)) {
            return Outcome.NOT_MODIFIED;
        }
        return Outcome.PROCEED;
    }

    /**
     * Whether Range applies, section 13.1.5. It does without If-Range, or if the tag matches by
     * strong comparison, or if the date equals Last-Modified and that is a strong validator. It is
     * strong once a second has passed: then the file cannot have changed again within the second in
     * which the client got it (section 8.8.2.2).
     */
    public static boolean ifRangeHolds(Request request, byte[] tag, long lastModified, long now) {
        int line = request.find(Field.IF_RANGE);
        if (line < 0) {
            return true;
        }
        if (request.next(line) >= 0) {
            return false;
        }
        MemorySegment bytes = request.bytes();
        int from = request.valueFrom(line);
        int to = request.valueTo(line);
        if (EntityTag.endOfTag(bytes, from, to) == to) {
            return EntityTag.matches(bytes, from, to, tag, true);
        }
        long date = HttpDate.parse(bytes, from, to, now);
        return date != HttpDate.INVALID && date == lastModified && now > lastModified;
    }

    private static boolean matches(
            Request request, Field field, boolean exists, byte[] tag, boolean strongly) {
        MemorySegment bytes = request.bytes();
        int line = request.find(field);
        int only = request.valueFrom(line);
        if (request.next(line) < 0
                && request.valueTo(line) - only == 1
                && Octets.get(bytes, only) == '*') {
            return exists;
        }
        for (int i = line; exists && i >= 0; i = request.next(i)) {
            int from = request.valueFrom(i);
            if (EntityTag.listMatches(bytes, from, request.valueTo(i), tag, strongly)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSince(Request request, Field field, long lastModified, long now) {
        long date = date(request, field, now);
        return date != HttpDate.INVALID && lastModified != HttpDate.INVALID && lastModified > date;
    }

    private static boolean isNotSince(Request request, long lastModified, long now) {
        long date = date(request, Field.IF_MODIFIED_SINCE, now);
        return date != HttpDate.INVALID && lastModified != HttpDate.INVALID && lastModified <= date;
    }

    /** The date of a field; a field that is missing, repeated or malformed is ignored. */
    private static long date(Request request, Field field, long now) {
        int line = request.find(field);
        if (line < 0 || request.next(line) >= 0) {
            return HttpDate.INVALID;
        }
        return HttpDate.parse(request.bytes(), request.valueFrom(line), request.valueTo(line), now);
    }
}
