package sluice.server.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Status;
import sluice.http.UploadFields;
import sluice.linux.Errno;
import sluice.server.Uploads;
import sluice.server.response.Body;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;

import java.util.ArrayList;
import java.util.List;

/** Makes the responses to requests that change a file or an upload. */
public final class UploadResponses {
    private static final String METHODS = "GET, HEAD, OPTIONS, PUT, POST, DELETE";
    private static final Fields ALLOW = Fields.of(Field.ALLOW, METHODS + ", MKCOL");
    private static final Fields ALLOW_OF_EXISTING = Fields.of(Field.ALLOW, METHODS);
    private static final Fields ALLOW_OF_UPLOAD = Fields.of(Field.ALLOW, "HEAD, PATCH, DELETE");
    private static final Fields ACCEPT_PATCH =
            Fields.of(Field.ACCEPT_PATCH, UploadFields.MEDIA_TYPE);
    private static final Fields RETRY = Fields.of(Field.RETRY_AFTER, "5");
    private static final Fields INCOMPLETE = Fields.of(Field.UPLOAD_COMPLETE, "?0");
    private static final Fields COMPLETE = Fields.of(Field.UPLOAD_COMPLETE, "?1");
    private static final Fields PROBLEM = Fields.of(Field.CONTENT_TYPE, "application/problem+json");
    private static final Fields INTEROP =
            Fields.NONE.with(Field.UPLOAD_DRAFT_INTEROP_VERSION, UploadFields.INTEROP_VERSION);
    private static final String PROBLEM_TYPE = "https://iana.org/assignments/http-problem-types#";

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private UploadResponses() {}

    private static Fields limit(Uploads limits) {
        return limit(limits, 0);
    }

    /** Upload-Limit, for an upload whose last octets came some seconds ago. */
    private static Fields limit(Uploads limits, long secondsAgo) {
        String age = "max-age=" + Math.max(0, limits.maxAge().toSeconds() - secondsAgo);
        long size = limits.maxSize();
        return Fields.of(
                Field.UPLOAD_LIMIT, size == Long.MAX_VALUE ? age : "max-size=" + size + ", " + age);
    }

    public static Response options(Uploads limits) {
        return Response.of(Status.NO_CONTENT, ALLOW.and(ACCEPT_PATCH).and(limit(limits)));
    }

    public static Response notAllowed() {
        return Response.error(Status.METHOD_NOT_ALLOWED, ALLOW);
    }

    /** Refuses to make a directory where something has its name already. */
    static Response exists() {
        return Response.error(Status.METHOD_NOT_ALLOWED, ALLOW_OF_EXISTING);
    }

    static Response notAllowedForUpload() {
        return Response.error(Status.METHOD_NOT_ALLOWED, ALLOW_OF_UPLOAD);
    }

    /** Refuses a PATCH that does not append to an upload. */
    static Response unknownPatch() {
        return Response.error(Status.UNSUPPORTED_MEDIA_TYPE, ACCEPT_PATCH);
    }

    static Response tooLarge(Uploads limits) {
        return Response.error(Status.CONTENT_TOO_LARGE, limit(limits));
    }

    static Response busy() {
        return Response.error(Status.SERVICE_UNAVAILABLE, RETRY);
    }

    /** Answers when the file has its name. */
    static Response stored(boolean created, byte[] tag) {
        return Response.of(
                created ? Status.CREATED : Status.NO_CONTENT, Fields.of(Field.ETAG, tag));
    }

    /** Answers when the directory is there. */
    static Response made() {
        return Response.of(Status.CREATED, Fields.NONE);
    }

    static Response deleted() {
        return Response.of(Status.NO_CONTENT, Fields.NONE);
    }

    /** Answers when the server keeps the received octets and expects more. */
    static Response paused(boolean created, String reference, long offset, Uploads limits) {
        Fields fields = Fields.of(Field.LOCATION, reference)
                .and(INCOMPLETE)
                .with(Field.UPLOAD_OFFSET, offset)
                .and(limit(limits));
        return Response.of(created ? Status.CREATED : Status.NO_CONTENT, fields);
    }

    /** Answers a HEAD request for an upload. */
    static Response progress(UploadState state, long offset, long secondsAgo, Uploads limits) {
        Fields fields =
                (state.isComplete() ? COMPLETE : INCOMPLETE).with(Field.UPLOAD_OFFSET, offset);
        if (state.length() >= 0) {
            fields = fields.with(Field.UPLOAD_LENGTH, state.length());
        }
        fields = fields.and(limit(limits, secondsAgo)).with(Field.CACHE_CONTROL, "no-store");
        return Response.of(Status.NO_CONTENT, fields);
    }

    /** Tells the client during the body how many octets it need not send again. */
    static InformationalResponse progress(long safe) {
        Fields offset = INTEROP.with(Field.UPLOAD_OFFSET, safe);
        return new InformationalResponse(Status.UPLOAD_RESUMPTION_SUPPORTED, offset);
    }

    /** The 1xx responses that tell the client to send its body now. */
    public static List<InformationalResponse> goOn(
            boolean expected, String reference, Uploads limits) {
        List<InformationalResponse> responses = new ArrayList<>();
        if (!reference.isEmpty()) {
            Fields fields = INTEROP.and(Fields.of(Field.LOCATION, reference)).and(limit(limits));
            responses.add(new InformationalResponse(Status.UPLOAD_RESUMPTION_SUPPORTED, fields));
        }
        if (expected) {
            responses.add(new InformationalResponse(Status.CONTINUE, Fields.NONE));
        }
        return responses;
    }

    private static Response problem(int status, Fields fields, String type, String members) {
        String json = "{\"type\":\"" + PROBLEM_TYPE + type + "\"" + members + "}\n";
        Body body = new Body.Memory(json.getBytes(US_ASCII));
        return Response.of(status, fields.and(PROBLEM), body);
    }

    static Response wrongOffset(long expected, long provided) {
        return problem(
                Status.CONFLICT,
                INCOMPLETE.with(Field.UPLOAD_OFFSET, expected),
                "mismatching-upload-offset",
                ",\"title\":\"the upload must continue at another offset\",\"expected-offset\":"
                        + expected + ",\"provided-offset\":" + provided);
    }

    static Response alreadyComplete() {
        return problem(
                Status.BAD_REQUEST,
                COMPLETE,
                "completed-upload",
                ",\"title\":\"the upload is complete\"");
    }

    static Response inconsistentLength() {
        return problem(
                Status.BAD_REQUEST,
                INCOMPLETE,
                "inconsistent-upload-length",
                ",\"title\":\"the upload lengths do not agree\"");
    }

    /** Refuses octets that are not those that the request promised. */
    static Response brokenPromise(Promise promise) {
        return problem(
                Status.BAD_REQUEST,
                Fields.NONE,
                "digest-mismatched-values",
                ",\"title\":\"the " + promise.algorithm().key() + " digest of what arrived differs"
                        + " from " + promise.field() + "; nothing was stored\"");
    }

    /** Marks a response as the end of its upload, whether that succeeded or not. */
    static Response complete(Response response) {
        return response.with(COMPLETE);
    }

    /** Maps the error of a system call to the response for the client that wanted to write. */
    static Response failed(long outcome) {
        return switch ((int) -outcome) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.EISDIR, Errno.ENOTEMPTY ->
                Response.error(Status.CONFLICT);
            case Errno.EEXIST -> Response.error(Status.PRECONDITION_FAILED);
            case Errno.ELOOP, Errno.EXDEV -> Response.error(Status.NOT_FOUND);
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> Response.error(Status.FORBIDDEN);
            case Errno.ENAMETOOLONG, Errno.EINVAL, Errno.EILSEQ ->
                Response.error(Status.BAD_REQUEST);
            case Errno.EFBIG -> Response.error(Status.CONTENT_TOO_LARGE);
            case Errno.ENOSPC, Errno.EDQUOT -> Response.error(Status.INSUFFICIENT_STORAGE);
            case Errno.EMFILE, Errno.ENFILE, Errno.EAGAIN -> busy();
            default -> {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "cannot write a file: " + Errno.describe(outcome));
                yield Response.error(Status.INTERNAL_SERVER_ERROR);
            }
        };
    }
}
