package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.ByteRanges;
import sluice.http.Conditions;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.HttpDate;
import sluice.http.Method;
import sluice.http.Multipart;
import sluice.http.Request;
import sluice.http.Status;
import sluice.io.Work;
import sluice.server.archive.Archive;
import sluice.server.archive.ArchiveBody;
import sluice.server.archive.ArchivePieces;
import sluice.server.archive.ArchiveWalk;
import sluice.server.content.Lookup;
import sluice.server.response.Response;
import sluice.server.root.PathKey;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Makes the response for a directory as a tar, and opens the files of its body. Loop thread. */
final class ArchiveAnswers implements ArchivePieces.Files {
    /** The query that asks for a tar. */
    private static final byte[] QUERY = "tar".getBytes(StandardCharsets.US_ASCII);

    /** The client can do something about it, so this is no 5xx. */
    static final Response TOO_MANY = Response.error(
            Status.FORBIDDEN,
            Fields.NONE,
            "the directory has more than " + ArchiveWalk.ENTRIES_MAX + " entries, or more than the"
                    + " server's memory has room for: too many for one tar; ask for those in it");

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final byte[] ANY_TAG = {};
    private static final Fields TYPE = Fields.of(Field.CONTENT_TYPE, "application/x-tar");

    private final LoopSite site;
    private final ByteRanges ranges = new ByteRanges();

    ArchiveAnswers(LoopSite site) {
        this.site = site;
    }

    /**
     * Whether a request for a directory wants a tar: the tag that a part of one must have, empty
     * without such; null for a listing.
     */
    byte @Nullable [] wanted(Request request) {
        if (!request.hasQuery()
                || request.queryTo() - request.queryFrom() != QUERY.length
                || !octets(request.bytes(), request.queryFrom(), request.queryTo(), QUERY)) {
            return null;
        }
        int line = request.has(Field.RANGE) ? request.find(Field.IF_RANGE) : -1;
        return line < 0
                ? ANY_TAG
                : request.bytes()
                        .asSlice(
                                request.valueFrom(line),
                                request.valueTo(line) - (long) request.valueFrom(line))
                        .toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean octets(MemorySegment bytes, int from, int to, byte[] expected) {
        return bytes.asSlice(from, (long) to - from).mismatch(MemorySegment.ofArray(expected)) < 0;
    }

    /** The response, which takes over the use of the archive. */
    Response answer(Request request, Archive archive) {
        byte[] tag = archive.tag();
        long now = site.clock().seconds();
        Fields validators = Fields.of(Field.ETAG, tag);
        return switch (Conditions.evaluate(request, true, tag, HttpDate.INVALID, now)) {
            case NOT_MODIFIED -> none(archive, Status.NOT_MODIFIED, validators);
            case PRECONDITION_FAILED -> none(archive, Status.PRECONDITION_FAILED, validators);
            case PROCEED ->
                request.method() == Method.GET
                                && Conditions.ifRangeHolds(request, tag, HttpDate.INVALID, now)
                        ? ranged(request, archive, validators)
                        : whole(archive, validators);
        };
    }

    private static Response none(Archive archive, int status, Fields fields) {
        archive.release();
        return Response.of(status, fields);
    }

    /** RFC 9110 section 14.2 lets a server ignore Range; several ranges of a tar are of no use. */
    private Response ranged(Request request, Archive archive, Fields validators) {
        long length = archive.length();
        return switch (ranges.parse(request, length)) {
            case NONE -> whole(archive, validators);
            case UNSATISFIABLE ->
                none(
                        archive,
                        Status.RANGE_NOT_SATISFIABLE,
                        validators.with(Field.CONTENT_RANGE, Multipart.unsatisfiedRange(length)));
            case SATISFIABLE -> {
                if (ranges.count() > 1) {
                    yield whole(archive, validators);
                }
                long start = ranges.start(0);
                long end = ranges.end(0);
                Fields part = fields(archive, validators)
                        .with(Field.CONTENT_RANGE, Multipart.contentRange(start, end, length));
                yield Response.of(Status.PARTIAL_CONTENT, part, body(archive, start, end));
            }
        };
    }

    private Response whole(Archive archive, Fields validators) {
        return Response.of(
                Status.OK, fields(archive, validators), body(archive, 0, archive.length()));
    }

    private static Fields fields(Archive archive, Fields validators) {
        return TYPE.and(validators)
                .with(Field.ACCEPT_RANGES, "bytes")
                .with(Field.CONTENT_DISPOSITION, disposition(archive.name()));
    }

    /** RFC 6266: a name of any octets, and before it one for clients that know ASCII alone. */
    private static String disposition(byte[] name) {
        StringBuilder plain = new StringBuilder();
        for (byte octet : name) {
            boolean safe = octet >= ' ' && octet < 0x7F && octet != '"' && octet != '\\';
            plain.append(safe ? (char) octet : '_');
        }
        String disposition = "attachment; filename=\"" + plain + ".tar\"";
        return new String(name, StandardCharsets.ISO_8859_1).contentEquals(plain)
                ? disposition
                : disposition + "; filename*=UTF-8''" + encoded(name) + ".tar";
    }

    /** Fewer octets stay than in a URL: RFC 8187 has no delimiters of it. */
    private static String encoded(byte[] name) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : name) {
            boolean stays = octet > 0 && (Character.isLetterOrDigit(octet) || octet == '.');
            encoded.append(stays ? Character.toString(octet) : "%" + HEX.toHexDigits(octet));
        }
        return encoded.toString();
    }

    private ArchiveBody body(Archive archive, long start, long end) {
        return ArchiveBody.of(archive, start, end, site.site().bodyMax(), this);
    }

    @Override
    public Lookup find(PathKey path) {
        return site.site().cache().find(path, site.loop().now(), site.loop().mayBlock());
    }

    @Override
    public Lookup findSlowly(PathKey path) {
        return site.site().cache().find(path, System.nanoTime(), true);
    }

    @Override
    public void offload(Work kind, Runnable work, Runnable then) {
        site.offload(kind, work, then);
    }
}
