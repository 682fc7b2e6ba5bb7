package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * The fields of a resumable upload in a request (draft-ietf-httpbis-resumable-upload). Each field
 * is an Item of RFC 9651; a field that is sent twice or has another type is ignored.
 *
 * @param complete whether the body reaches the end of the representation
 * @param offset where in the representation the body begins, or {@link #UNKNOWN}
 * @param length of the whole representation, or {@link #UNKNOWN}
 * @param partial whether the body is of the media type {@link #MEDIA_TYPE}
 * @param interop whether the client speaks {@link #INTEROP_VERSION}, so that it expects 104
 */
public record UploadFields(
        Complete complete, long offset, long length, boolean partial, boolean interop) {
    /** The version of the draft, which says what 104 means (section "Draft Version"). */
    public static final int INTEROP_VERSION = 8;

    /** The media type of a PATCH that appends. */
    public static final String MEDIA_TYPE = "application/partial-upload";

    /** The value of a missing number. */
    public static final long UNKNOWN = -1;

    /** RFC 9651 section 3.3.1: an Integer has at most 15 digits. */
    private static final int MAX_DIGITS = 15;

    private static final byte[] PARTIAL = Octets.ascii(MEDIA_TYPE);

    /** The values of Upload-Complete. */
    public enum Complete {
        /** No such field: the request does not belong to a resumable upload. */
        ABSENT,
        /** Other requests will append more. */
        NO,
        YES
    }

    /** Reads the fields of a request. */
    public static UploadFields of(Request request) {
        return new UploadFields(
                complete(request),
                integer(request, Field.UPLOAD_OFFSET),
                integer(request, Field.UPLOAD_LENGTH),
                isPartial(request),
                integer(request, Field.UPLOAD_DRAFT_INTEROP_VERSION) == INTEROP_VERSION);
    }

    private static Complete complete(Request request) {
        int line = only(request, Field.UPLOAD_COMPLETE);
        if (line < 0) {
            return Complete.ABSENT;
        }
        MemorySegment bytes = request.bytes();
        int from = request.valueFrom(line);
        int to = request.valueTo(line);
        if (to - from < 2 || Octets.get(bytes, from) != '?' || !endsAt(bytes, from + 2, to)) {
            return Complete.ABSENT;
        }
        return switch (Octets.get(bytes, from + 1)) {
            case '0' -> Complete.NO;
            case '1' -> Complete.YES;
            default -> Complete.ABSENT;
        };
    }

    private static long integer(Request request, Field field) {
        int line = only(request, field);
        if (line < 0) {
            return UNKNOWN;
        }
        MemorySegment bytes = request.bytes();
        int from = request.valueFrom(line);
        int to = request.valueTo(line);
        int end = Octets.skip(bytes, from, to, Octets.DIGIT);
        return end - from <= MAX_DIGITS && endsAt(bytes, end, to)
                ? Octets.decimal(bytes, from, end)
                : UNKNOWN;
    }

    private static boolean isPartial(Request request) {
        int line = only(request, Field.CONTENT_TYPE);
        if (line < 0) {
            return false;
        }
        int from = request.valueFrom(line);
        int to = request.valueTo(line);
        int end = Octets.trimEnd(request.bytes(), from, Lists.find(request.bytes(), from, to, ';'));
        return Octets.equalIgnoringCase(request.bytes(), from, end, PARTIAL);
    }

    private static int only(Request request, Field field) {
        int line = request.find(field);
        return line < 0 || request.next(line) >= 0 ? -1 : line;
    }

    /** Whether a bare item ends here; parameters may follow, though none are defined. */
    private static boolean endsAt(MemorySegment bytes, int at, int to) {
        return at == to || Octets.get(bytes, at) == ';';
    }
}
