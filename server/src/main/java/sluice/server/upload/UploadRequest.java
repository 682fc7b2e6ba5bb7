package sluice.server.upload;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.http.Conditions;
import sluice.http.Field;
import sluice.http.HttpDate;
import sluice.http.KeptRequest;
import sluice.http.Method;
import sluice.http.Request;
import sluice.http.RequestHead;
import sluice.http.RequestTarget;
import sluice.http.UploadFields;
import sluice.server.EntityTags;
import sluice.server.content.EntityTag;
import sluice.server.root.FileStat;
import sluice.server.root.UploadName;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * A request that changes a file, as the loop has parsed it. It outlives the block that it arrived
 * in, and, if its upload is resumable, this process. Immutable; any thread may use it.
 */
public final class UploadRequest {
    private static final byte[] NO_TAG = {};

    private final Request request;
    private final byte[] octets;
    private final long bodyLength;
    private final UploadFields fields;
    private final byte[] path;
    private final int nameAt;
    private final int pathError;
    private final boolean dotfile;
    private final boolean wellKnown;

    /** Copies a parsed head: the bytes {@code from..to}. */
    public static UploadRequest keep(RequestHead head, int from, int to) {
        KeptRequest kept = new KeptRequest(head, from, to);
        return new UploadRequest(kept, kept.bytes().toArray(JAVA_BYTE), bodyLength(head));
    }

    /** Parses a head that was stored in a file. */
    public static UploadRequest parse(byte[] octets) {
        RequestHead head = new RequestHead();
        if (head.parse(MemorySegment.ofArray(octets), 0, octets.length) <= 0) {
            throw new IllegalArgumentException("no head");
        }
        return new UploadRequest(head, octets, bodyLength(head));
    }

    private static long bodyLength(RequestHead head) {
        return head.chunked() ? UploadFields.UNKNOWN : Math.max(0, head.contentLength());
    }

    private UploadRequest(Request request, byte[] octets, long bodyLength) {
        this.request = request;
        this.octets = octets;
        this.bodyLength = bodyLength;
        fields = UploadFields.of(request);
        RequestTarget target = new RequestTarget();
        int length = target.decode(request.bytes(), request.pathFrom(), request.pathTo());
        pathError = Math.max(0, -length);
        dotfile = target.hasDotfile();
        wellKnown = target.isWellKnown() && !target.hasHiddenDotfile();
        // RFC 4918 section 5.2: clients name a new directory with a slash at its end or without.
        boolean slashed = request.method() == Method.MKCOL && target.endsWithSlash() && length > 1;
        int end = slashed ? length - 1 : length;
        path = length < 1 ? new byte[0] : Arrays.copyOfRange(target.bytes(), 1, end);
        int slash = path.length - 1;
        while (slash >= 0 && path[slash] != '/') {
            slash--;
        }
        nameAt = slash + 1;
    }

    /** The head as the client sent it. */
    byte[] octets() {
        return octets;
    }

    boolean has(Field field) {
        return request.has(field);
    }

    Method method() {
        return request.method();
    }

    UploadFields fields() {
        return fields;
    }

    /** The status for an invalid path; 0 for a valid one. */
    int pathError() {
        return pathError;
    }

    boolean hasDotfile() {
        return dotfile;
    }

    /** Whether clients may read the path though it has a dotfile, {@code /.well-known}. */
    boolean isWellKnown() {
        return wellKnown;
    }

    /** The whole path without its leading slash. */
    byte[] path() {
        return path;
    }

    /** The end of the directory in {@link #path}, including its slash. */
    int directoryEnd() {
        return nameAt;
    }

    /** The last name; empty if the path ends in a slash. */
    byte[] name() {
        return Arrays.copyOfRange(path, nameAt, path.length);
    }

    /** The path of the directory, with a slash at its end; empty for the root. */
    byte[] directoryPath() {
        return Arrays.copyOf(path, nameAt);
    }

    /** A percent-encoded reference to a path below the root. */
    static String reference(byte[] to) {
        StringBuilder reference = new StringBuilder();
        int start = 0;
        for (int i = 0; i <= to.length; i++) {
            if (i == to.length || to[i] == '/') {
                byte[] segment = Arrays.copyOfRange(to, start, i);
                reference.append('/').append(RequestTarget.encode(segment));
                start = i + 1;
            }
        }
        return reference.toString();
    }

    /** Whether the request concerns an upload rather than a file. */
    boolean isOfUpload() {
        return UploadName.isUpload(name());
    }

    /** Whether the request begins a resumable upload. */
    boolean isResumable() {
        return fields.complete() != UploadFields.Complete.ABSENT;
    }

    /** Whether the body reaches the end of the representation. */
    boolean isComplete() {
        return fields.complete() != UploadFields.Complete.NO;
    }

    /** The digests of the whole file, in the request that begins its upload. */
    List<Promise> promisedOfFile() {
        return Promise.in(request, Field.REPR_DIGEST);
    }

    /**
     * The digests of this request's content alone. RFC 9530 section 3.1: Repr-Digest of a PATCH is
     * that of the patch document, here the octets to append.
     */
    List<Promise> promisedOfContent() {
        List<Promise> promises = Promise.in(request, Field.CONTENT_DIGEST);
        if (method() == Method.PATCH) {
            promises.addAll(Promise.in(request, Field.REPR_DIGEST));
        }
        return promises;
    }

    /** Octets of the body, or {@link UploadFields#UNKNOWN}. */
    long bodyLength() {
        return bodyLength;
    }

    boolean isConditional() {
        return request.hasConditions();
    }

    /** Whether the conditions hold for the current file, or for no file (RFC 9110 section 13). */
    boolean holds(@Nullable FileStat stat, EntityTags tags) {
        if (!request.hasConditions()) {
            return true;
        }
        long now = System.currentTimeMillis() / 1_000;
        byte[] tag = stat == null ? NO_TAG : EntityTag.of(stat, tags, now);
        long modified = stat == null ? HttpDate.INVALID : Math.min(stat.mtimeSeconds(), now);
        return Conditions.evaluate(request, stat != null, tag, modified, now)
                == Conditions.Outcome.PROCEED;
    }
}
