package sluice.server;

import sluice.http.AcceptEncoding;
import sluice.http.ByteRanges;
import sluice.http.Conditions;
import sluice.http.ContentCoding;
import sluice.http.DigestAlgorithm;
import sluice.http.Field;
import sluice.http.Method;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.http.WantDigest;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Decides what of a file a request gets: its coding, its conditions, its ranges, its digest. */
final class FileAnswers {
    private static final byte[] VARY = (Field.VARY + ": " + Field.ACCEPT_ENCODING + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    private final Site site;
    private final LoopSite loopSite;
    private final RequestHead head;
    private final AcceptEncoding wishes = new AcceptEncoding();
    private final ByteRanges ranges = new ByteRanges();

    FileAnswers(Site site, LoopSite loopSite) {
        this.site = site;
        this.loopSite = loopSite;
        head = loopSite.head();
    }

    /**
     * The answer about a file; one use of the entry goes to it.
     *
     * @param path of the file, valid during the call
     */
    Answer answer(FileEntry entry, PathKey path) {
        return entry.variants().isEmpty() ? about(entry) : negotiated(entry, path);
    }

    /** Chooses among codings, RFC 9110 section 12.5.3. */
    private Answer negotiated(FileEntry entry, PathKey path) {
        wishes.parse(head);
        ContentCoding missing = entry.variants().missing(wishes);
        if (missing != null) {
            site.cache().compress(path, entry, missing);
        }
        ContentCoding coding = entry.variants().choose(wishes);
        if (coding == null) {
            entry.release();
            return Message.error(Status.NOT_ACCEPTABLE, VARY);
        }
        FileEntry variant =
                coding == ContentCoding.IDENTITY ? null : entry.variants().of(coding);
        if (variant == null || !variant.unchanged() || !variant.retain()) {
            return about(entry);
        }
        entry.release();
        return about(variant);
    }

    private Answer about(FileEntry entry) {
        if (!head.hasConditions() && !head.has(Field.RANGE) && !head.has(Field.WANT_REPR_DIGEST)) {
            return entry.whole();
        }
        byte[] digest = digest(entry);
        byte[] tag = entry.representation().tag();
        long modified = entry.representation().lastModified();
        long now = loopSite.dateSeconds();
        return switch (Conditions.evaluate(head, true, tag, modified, now)) {
            case NOT_MODIFIED -> none(entry, Status.NOT_MODIFIED, digest);
            case PRECONDITION_FAILED -> none(entry, Status.PRECONDITION_FAILED, digest);
            case PROCEED ->
                Conditions.ifRangeHolds(head, tag, modified, now)
                        ? ranged(entry, digest)
                        : whole(entry, digest);
        };
    }

    private static Answer none(FileEntry entry, int status, byte[] digest) {
        return new PartOfFile(entry, status, 0, 0, digest);
    }

    private static Answer whole(FileEntry entry, byte[] digest) {
        return digest.length == 0
                ? entry.whole()
                : new PartOfFile(entry, Status.OK, 0, entry.size(), digest);
    }

    /** RFC 9110 section 14.2: Range means something for GET only. */
    private Answer ranged(FileEntry entry, byte[] digest) {
        if (head.method() != Method.GET) {
            return whole(entry, digest);
        }
        return switch (ranges.parse(head, entry.size())) {
            case NONE -> whole(entry, digest);
            case UNSATISFIABLE -> none(entry, Status.RANGE_NOT_SATISFIABLE, digest);
            case SATISFIABLE -> ranges.count() == 1 ? part(entry, digest) : parts(entry, digest);
        };
    }

    private Answer part(FileEntry entry, byte[] digest) {
        long start = ranges.start(0);
        return new PartOfFile(entry, Status.PARTIAL_CONTENT, start, ranges.end(0), digest);
    }

    /** Ranges of its own: it is produced in steps, and other requests are parsed between them. */
    private Answer parts(FileEntry entry, byte[] digest) {
        ByteRanges own = new ByteRanges();
        own.parse(head, entry.size());
        return new PartsOfFile(entry, own, ThreadLocalRandom.current().nextLong(), digest);
    }

    /** The line of Repr-Digest, if one is wanted and known; what is not known is computed. */
    private byte[] digest(FileEntry entry) {
        DigestAlgorithm algorithm = head.has(Field.WANT_REPR_DIGEST)
                ? WantDigest.best(head, Field.WANT_REPR_DIGEST)
                : null;
        if (algorithm == null) {
            return Message.NOTHING;
        }
        byte[] line = entry.digest().line(algorithm);
        if (line == null && entry.digest().ask(algorithm)) {
            site.inBackground(() -> compute(entry, algorithm));
        }
        return line == null ? Message.NOTHING : line;
    }

    /** Retained only now: a server that closes drops what its background has not begun. */
    private static void compute(FileEntry entry, DigestAlgorithm algorithm) {
        if (entry.retain()) {
            try {
                entry.digest().compute(entry, algorithm);
            } finally {
                entry.release();
            }
        }
    }
}
