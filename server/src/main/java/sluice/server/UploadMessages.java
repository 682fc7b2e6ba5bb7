package sluice.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import sluice.http.Status;
import sluice.linux.Errno;

/** The answers to requests that change something. */
final class UploadMessages {
    /** What can be done to a file. */
    static final String ALLOW = "Allow: GET, HEAD, OPTIONS, PUT, POST, DELETE\r\n";

    private static final String ALLOW_OF_UPLOAD = "Allow: HEAD, PATCH, DELETE\r\n";
    private static final String ACCEPT_PATCH = "Accept-Patch: application/partial-upload\r\n";
    private static final String RESUMABLE = "HTTP/1.1 104 Upload Resumption Supported\r\n";
    private static final String RETRY = "Retry-After: 5\r\n";
    private static final String INCOMPLETE = "Upload-Complete: ?0\r\n";
    private static final String PROBLEM = "application/problem+json";
    private static final String PROBLEM_TYPE = "https://iana.org/assignments/http-problem-types#";

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private UploadMessages() {}

    private static Message plain(int status, String fields) {
        return Message.error(status, fields.getBytes(US_ASCII));
    }

    private static Message silent(int status, String fields) {
        return new Message(status, fields.getBytes(US_ASCII), Message.NOTHING);
    }

    private static String limit(Uploads limits) {
        return "Upload-Limit: " + limits.field(0) + "\r\n";
    }

    static Message options(Uploads limits) {
        return silent(Status.NO_CONTENT, ALLOW + ACCEPT_PATCH + limit(limits));
    }

    static Message notAllowed() {
        return plain(Status.METHOD_NOT_ALLOWED, ALLOW);
    }

    static Message notAllowedForUpload() {
        return plain(Status.METHOD_NOT_ALLOWED, ALLOW_OF_UPLOAD);
    }

    /** A PATCH that is no append. */
    static Message unknownPatch() {
        return plain(Status.UNSUPPORTED_MEDIA_TYPE, ACCEPT_PATCH);
    }

    static Message tooLarge(Uploads limits) {
        return plain(Status.CONTENT_TOO_LARGE, limit(limits));
    }

    static Message busy() {
        return plain(Status.SERVICE_UNAVAILABLE, RETRY);
    }

    /** The file has its name. */
    static Message stored(boolean created, byte[] tag) {
        String fields = "ETag: " + new String(tag, US_ASCII) + "\r\n";
        return silent(created ? Status.CREATED : Status.NO_CONTENT, fields);
    }

    static Message deleted() {
        return silent(Status.NO_CONTENT, "");
    }

    /** What has come is kept, and more is to come. */
    static Message paused(boolean created, String reference, long offset, Uploads limits) {
        return silent(
                created ? Status.CREATED : Status.NO_CONTENT,
                "Location: " + reference + "\r\n" + INCOMPLETE + offset(offset) + limit(limits));
    }

    private static String offset(long offset) {
        return "Upload-Offset: " + offset + "\r\n";
    }

    /** The answer to HEAD of an upload. */
    static Message progress(UploadState state, long offset, long secondsAgo, Uploads limits) {
        String length = state.length() < 0 ? "" : "Upload-Length: " + state.length() + "\r\n";
        return silent(
                Status.NO_CONTENT,
                "Upload-Complete: " + (state.isComplete() ? "?1" : "?0") + "\r\n"
                        + offset(offset)
                        + length
                        + "Upload-Limit: " + limits.field(secondsAgo) + "\r\n"
                        + "Cache-Control: no-store\r\n");
    }

    /** A head that comes while the body does: so much need not be sent again. */
    static byte[] progress(long safe) {
        return (RESUMABLE + offset(safe) + "\r\n").getBytes(US_ASCII);
    }

    /** Heads that come before the answer, to who may send a body now. */
    static byte[] interim(boolean expected, String reference, Uploads limits) {
        String resumable = reference.isEmpty()
                ? ""
                : RESUMABLE + "Location: " + reference + "\r\n" + limit(limits) + "\r\n";
        return (resumable + (expected ? "HTTP/1.1 100 Continue\r\n\r\n" : "")).getBytes(US_ASCII);
    }

    private static Message problem(int status, String fields, String type, String members) {
        String json = "{\"type\":\"" + PROBLEM_TYPE + type + "\"" + members + "}\n";
        return new Message(status, fields.getBytes(US_ASCII), json.getBytes(US_ASCII), PROBLEM);
    }

    static Message wrongOffset(long expected, long provided) {
        return problem(
                Status.CONFLICT,
                INCOMPLETE + offset(expected),
                "mismatching-upload-offset",
                ",\"title\":\"the upload goes on at another offset\",\"expected-offset\":"
                        + expected + ",\"provided-offset\":" + provided);
    }

    static Message alreadyComplete() {
        return problem(
                Status.BAD_REQUEST,
                "Upload-Complete: ?1\r\n",
                "completed-upload",
                ",\"title\":\"the upload is complete\"");
    }

    static Message inconsistentLength() {
        return problem(
                Status.BAD_REQUEST,
                INCOMPLETE,
                "inconsistent-upload-length",
                ",\"title\":\"the lengths that were told do not agree\"");
    }

    /** What a system call's failure means for who wanted to write. */
    static Message failed(long outcome) {
        return switch ((int) -outcome) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.EISDIR, Errno.ENOTEMPTY ->
                Message.error(Status.CONFLICT);
            case Errno.EEXIST -> Message.error(Status.PRECONDITION_FAILED);
            case Errno.ELOOP, Errno.EXDEV -> Message.error(Status.NOT_FOUND);
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> Message.error(Status.FORBIDDEN);
            case Errno.ENAMETOOLONG, Errno.EINVAL, Errno.EILSEQ ->
                Message.error(Status.BAD_REQUEST);
            case Errno.EFBIG -> Message.error(Status.CONTENT_TOO_LARGE);
            case Errno.ENOSPC, Errno.EDQUOT -> Message.error(Status.INSUFFICIENT_STORAGE);
            case Errno.EMFILE, Errno.ENFILE, Errno.EAGAIN -> busy();
            default -> {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "cannot write a file: " + Errno.describe(outcome));
                yield Message.error(Status.INTERNAL_SERVER_ERROR);
            }
        };
    }
}
