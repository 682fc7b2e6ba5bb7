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

/** The responses to requests that change something. */
public final class UploadResponses {
    private static final Fields ALLOW =
            Fields.of(Field.ALLOW, "GET, HEAD, OPTIONS, PUT, POST, DELETE");
    private static final Fields ALLOW_OF_UPLOAD = Fields.of(Field.ALLOW, "HEAD, PATCH, DELETE");
    private static final Fields ACCEPT_PATCH =
            Fields.of(Field.ACCEPT_PATCH, UploadFields.MEDIA_TYPE);
    private static final Fields RETRY = Fields.of(Field.RETRY_AFTER, "5");
    private static final Fields INCOMPLETE = Fields.of(Field.UPLOAD_COMPLETE, "?0");
    private static final Fields COMPLETE = Fields.of(Field.UPLOAD_COMPLETE, "?1");
    private static final Fields PROBLEM = Fields.of(Field.CONTENT_TYPE, "application/problem+json");
    private static final String PROBLEM_TYPE = "https://iana.org/assignments/http-problem-types#";

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private UploadResponses() {}

    private static Fields limit(Uploads limits) {
        return limit(limits, 0);
    }

    /** Upload-Limit, for an upload that was last heard of some seconds ago. */
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

    static Response notAllowedForUpload() {
        return Response.error(Status.METHOD_NOT_ALLOWED, ALLOW_OF_UPLOAD);
    }

    /** A PATCH that is no append. */
    static Response unknownPatch() {
        return Response.error(Status.UNSUPPORTED_MEDIA_TYPE, ACCEPT_PATCH);
    }

    static Response tooLarge(Uploads limits) {
        return Response.error(Status.CONTENT_TOO_LARGE, limit(limits));
    }

    static Response busy() {
        return Response.error(Status.SERVICE_UNAVAILABLE, RETRY);
    }

    /** The file has its name. */
    static Response stored(boolean created, byte[] tag) {
        return Response.of(
                created ? Status.CREATED : Status.NO_CONTENT, Fields.of(Field.ETAG, tag));
    }

    static Response deleted() {
        return Response.of(Status.NO_CONTENT, Fields.NONE);
    }

    /** What has come is kept, and more is to come. */
    static Response paused(boolean created, String reference, long offset, Uploads limits) {
        Fields fields = Fields.of(Field.LOCATION, reference)
                .and(INCOMPLETE)
                .with(Field.UPLOAD_OFFSET, offset)
                .and(limit(limits));
        return Response.of(created ? Status.CREATED : Status.NO_CONTENT, fields);
    }

    /** The response to HEAD of an upload. */
    static Response progress(UploadState state, long offset, long secondsAgo, Uploads limits) {
        Fields fields =
                (state.isComplete() ? COMPLETE : INCOMPLETE).with(Field.UPLOAD_OFFSET, offset);
        if (state.length() >= 0) {
            fields = fields.with(Field.UPLOAD_LENGTH, state.length());
        }
        fields = fields.and(limit(limits, secondsAgo)).with(Field.CACHE_CONTROL, "no-store");
        return Response.of(Status.NO_CONTENT, fields);
    }

    /** What comes while the body does: so much need not be sent again. */
    static InformationalResponse progress(long safe) {
        Fields offset = Fields.NONE.with(Field.UPLOAD_OFFSET, safe);
        return new InformationalResponse(Status.UPLOAD_RESUMPTION_SUPPORTED, offset);
    }

    /** What comes before the response, to who may send a body now. */
    public static List<InformationalResponse> goOn(
            boolean expected, String reference, Uploads limits) {
        List<InformationalResponse> responses = new ArrayList<>();
        if (!reference.isEmpty()) {
            Fields fields = Fields.of(Field.LOCATION, reference).and(limit(limits));
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
                ",\"title\":\"the upload goes on at another offset\",\"expected-offset\":"
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
                ",\"title\":\"the lengths that were told do not agree\"");
    }

    /** The upload is over, whatever came of it. */
    static Response complete(Response response) {
        return response.with(COMPLETE);
    }

    /** What a system call's failure means for who wanted to write. */
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
