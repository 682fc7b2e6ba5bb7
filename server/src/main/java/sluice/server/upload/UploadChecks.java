package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Method;
import sluice.http.Status;
import sluice.http.UploadFields;
import sluice.server.ServedFiles;
import sluice.server.response.Response;
import sluice.server.root.DocumentRoot;
import sluice.server.root.UploadName;

/** Checks the head of a request that wants to change a file or an upload. */
final class UploadChecks {
    /** Files there speak for the whole site, such as for who may get a certificate for it. */
    private static final Response WELL_KNOWN = Response.error(
            Status.FORBIDDEN,
            Fields.NONE,
            "uploads to /.well-known/ need a server that serves dotfiles (--dotfiles)");

    private UploadChecks() {}

    /** The response that refuses the request, or null if the head is acceptable. */
    static @Nullable Response refusal(UploadRequest request, ServedFiles options) {
        if (request.pathError() > 0) {
            return Response.error(request.pathError());
        }
        if (request.isOfUpload()) {
            return ofUpload(request, options);
        }
        byte[] path = request.path();
        boolean hidden = request.hasDotfile() && !options.dotfiles();
        if (hidden && request.isWellKnown()) {
            return WELL_KNOWN;
        }
        if (hidden || UploadName.leadsThrough(path, 0, path.length)) {
            return Response.error(Status.NOT_FOUND);
        }
        if (!DocumentRoot.isPlain(path, 0, path.length)) {
            return Response.error(Status.NOT_FOUND);
        }
        if (request.name().length == 0) {
            return request.method() == Method.MKCOL
                    ? UploadResponses.exists()
                    : Response.error(Status.CONFLICT);
        }
        return switch (request.method()) {
            case DELETE -> null;
            // RFC 4918 section 9.3: the server knows no body that it could obey.
            case MKCOL ->
                request.bodyLength() == 0 ? null : Response.error(Status.UNSUPPORTED_MEDIA_TYPE);
            case PUT -> content(request);
            case POST ->
                request.isResumable() ? content(request) : Response.error(Status.BAD_REQUEST);
            default -> UploadResponses.notAllowed();
        };
    }

    /** Refuses partial and coded content, because the server stores a file as it arrives. */
    private static @Nullable Response content(UploadRequest request) {
        if (request.has(Field.CONTENT_RANGE)) {
            return Response.error(Status.BAD_REQUEST);
        }
        return request.has(Field.CONTENT_ENCODING)
                ? Response.error(Status.UNSUPPORTED_MEDIA_TYPE)
                : null;
    }

    private static @Nullable Response ofUpload(UploadRequest request, ServedFiles options) {
        byte[] path = request.path();
        int end = request.directoryEnd();
        // Uploads lie in a directory of theirs, or beside their targets. An upload's own name
        // begins with a dot; other names before it must not.
        boolean ours = UploadName.isDirectoryPath(path, end);
        boolean hidden = !ours && !options.dotfiles() && hasDotfile(path, end);
        if (hidden
                || !ours && UploadName.leadsThrough(path, 0, Math.max(0, end - 1))
                || !DocumentRoot.isPlain(path, 0, path.length)) {
            return Response.error(Status.NOT_FOUND);
        }
        Method method = request.method();
        if (method == Method.HEAD || method == Method.DELETE) {
            return null;
        }
        if (method != Method.PATCH) {
            return UploadResponses.notAllowedForUpload();
        }
        if (!request.fields().partial()) {
            return UploadResponses.unknownPatch();
        }
        boolean told = request.isResumable() && request.fields().offset() != UploadFields.UNKNOWN;
        return told ? null : Response.error(Status.BAD_REQUEST);
    }

    private static boolean hasDotfile(byte[] path, int end) {
        for (int i = 0; i < end; i++) {
            if (path[i] == '.' && (i == 0 || path[i - 1] == '/')) {
                return true;
            }
        }
        return false;
    }
}
