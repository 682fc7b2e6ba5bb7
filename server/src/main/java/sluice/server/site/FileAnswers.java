package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.AcceptEncoding;
import sluice.http.ByteRanges;
import sluice.http.Conditions;
import sluice.http.ContentCoding;
import sluice.http.DigestAlgorithm;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Method;
import sluice.http.Multipart;
import sluice.http.Request;
import sluice.http.Status;
import sluice.http.WantDigest;
import sluice.server.content.FileEntry;
import sluice.server.content.Representation;
import sluice.server.response.Body;
import sluice.server.response.HttpClock;
import sluice.server.response.Response;
import sluice.server.root.PathKey;

import java.util.concurrent.ThreadLocalRandom;

/** Makes the response for a file: evaluates coding, conditions, ranges and digest of a request. */
final class FileAnswers {
    /** A 206 says it as a 200 does: httpdirfs 1.2 believes in ranges only if told with each. */
    private static final Fields ACCEPT_RANGES = Fields.of(Field.ACCEPT_RANGES, "bytes");

    private static final Fields VARY = Fields.of(Field.VARY, Field.ACCEPT_ENCODING.toString());

    private final Site site;
    private final HttpClock clock;
    private final AcceptEncoding wishes = new AcceptEncoding();
    private final ByteRanges ranges = new ByteRanges();
    private boolean patient;
    private @Nullable DigestWait wait;

    FileAnswers(Site site, HttpClock clock) {
        this.site = site;
        this.clock = clock;
    }

    /**
     * The response for a file, which takes over one use of the entry.
     *
     * @param path of the file, valid during the call
     * @param patient whether the request can wait for a digest
     * @return null if the request must wait; {@link #takeWait} then has the use of the entry
     */
    @Nullable
    Response answer(Request request, FileEntry entry, PathKey path, boolean patient) {
        this.patient = patient;
        return entry.variants().isEmpty()
                ? about(request, entry)
                : negotiated(request, entry, path);
    }

    /** What the request that {@link #answer} has just seen must wait for; null if for nothing. */
    @Nullable
    DigestWait takeWait() {
        DigestWait taken = wait;
        wait = null;
        return taken;
    }

    /** Chooses among codings, RFC 9110 section 12.5.3. */
    private @Nullable Response negotiated(Request request, FileEntry entry, PathKey path) {
        wishes.parse(request);
        ContentCoding missing = entry.variants().missing(wishes);
        if (missing != null) {
            site.cache().compress(path, entry, missing);
        }
        ContentCoding coding = entry.variants().choose(wishes);
        if (coding == null) {
            entry.release();
            return Response.error(Status.NOT_ACCEPTABLE, VARY);
        }
        FileEntry variant =
                coding == ContentCoding.IDENTITY ? null : entry.variants().of(coding);
        if (variant == null || !variant.isCurrent() || !variant.retain()) {
            return about(request, entry);
        }
        entry.release();
        return about(request, variant);
    }

    private @Nullable Response about(Request request, FileEntry entry) {
        if (!request.hasConditions()
                && !request.has(Field.RANGE)
                && !request.has(Field.WANT_REPR_DIGEST)) {
            return entry.whole();
        }
        byte[] tag = entry.representation().tag();
        long modified = entry.representation().lastModified();
        long now = clock.seconds();
        Conditions.Outcome outcome = Conditions.evaluate(request, true, tag, modified, now);
        DigestAlgorithm wanted = wanted(request);
        if (wanted != null
                && patient
                && request.method() == Method.HEAD
                && outcome == Conditions.Outcome.PROCEED
                && !entry.digest().isSettled(wanted)) {
            wait = new DigestWait(entry, wanted, DigestWait.MOST);
            return null;
        }
        Fields digest = digest(wanted, entry);
        return switch (outcome) {
            // RFC 9110 section 15.4.5: as in a 200, since caches update what they keep.
            case NOT_MODIFIED ->
                none(
                        entry,
                        Status.NOT_MODIFIED,
                        digest.and(entry.representation().rules()));
            case PRECONDITION_FAILED -> none(entry, Status.PRECONDITION_FAILED, digest);
            case PROCEED ->
                Conditions.ifRangeHolds(request, tag, modified, now)
                        ? ranged(request, entry, digest)
                        : whole(entry, digest);
        };
    }

    /** A response without content, so it releases the file at once. */
    private static Response none(FileEntry entry, int status, Fields digest) {
        Fields fields = entry.representation().validators().and(digest);
        entry.release();
        return Response.of(status, fields);
    }

    private static Response whole(FileEntry entry, Fields digest) {
        return digest.isEmpty() ? entry.whole() : entry.whole().with(digest);
    }

    /** RFC 9110 section 14.2: Range means something for GET only. */
    private Response ranged(Request request, FileEntry entry, Fields digest) {
        if (request.method() != Method.GET) {
            return whole(entry, digest);
        }
        return switch (ranges.parse(request, entry.size())) {
            case NONE -> whole(entry, digest);
            case UNSATISFIABLE -> {
                String size = Multipart.unsatisfiedRange(entry.size());
                Fields fields = Fields.of(Field.CONTENT_RANGE, size)
                        .and(entry.representation().validators())
                        .and(digest);
                entry.release();
                yield Response.error(Status.RANGE_NOT_SATISFIABLE, fields);
            }
            case SATISFIABLE ->
                ranges.count() == 1 ? part(entry, digest) : parts(request, entry, digest);
        };
    }

    private Response part(FileEntry entry, Fields digest) {
        long start = ranges.start(0);
        long end = ranges.end(0);
        String range = Multipart.contentRange(start, end, entry.size());
        Representation representation = entry.representation();
        Fields fields = Fields.of(Field.CONTENT_TYPE, representation.type())
                .with(Field.CONTENT_RANGE, range);
        return partial(representation, fields, digest, new Body.Region(entry, start, end));
    }

    /** Parses its own ranges: the loop parses other requests while it sends this body in steps. */
    private static Response parts(Request request, FileEntry entry, Fields digest) {
        ByteRanges own = new ByteRanges();
        own.parse(request, entry.size());
        long boundary = ThreadLocalRandom.current().nextLong();
        Representation representation = entry.representation();
        Fields fields = Fields.of(Field.CONTENT_TYPE, Multipart.contentType(boundary));
        byte[] type = representation.type();
        Body body = new Body.Parts(entry, own, entry.size(), type, boundary);
        return partial(representation, fields, digest, body);
    }

    private static Response partial(
            Representation representation, Fields fields, Fields digest, Body body) {
        Fields all = fields.and(representation.coding())
                .and(representation.validators())
                .and(ACCEPT_RANGES)
                .and(digest)
                .and(representation.rules());
        return Response.of(Status.PARTIAL_CONTENT, all, body);
    }

    private static @Nullable DigestAlgorithm wanted(Request request) {
        return request.has(Field.WANT_REPR_DIGEST)
                ? WantDigest.best(request, Field.WANT_REPR_DIGEST)
                : null;
    }

    /** Repr-Digest, if the client wants it and the digest is known; else has it computed. */
    private Fields digest(@Nullable DigestAlgorithm algorithm, FileEntry entry) {
        if (algorithm == null) {
            return Fields.NONE;
        }
        Fields field = entry.digest().field(algorithm);
        if (field == null && entry.digest().ask(algorithm)) {
            site.computeDigest(entry, algorithm);
        }
        return field == null ? Fields.NONE : field;
    }
}
