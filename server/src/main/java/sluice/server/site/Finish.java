package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.http.RequestTarget;
import sluice.http.Status;
import sluice.server.listing.ErrorPages;
import sluice.server.response.Response;

import java.util.Arrays;

/** Gives responses what does not depend on how they came about. One loop. */
final class Finish {
    private final Site site;
    /** Only for a site whose rules add fields: it has room for the longest path. */
    private final @Nullable RequestTarget target;

    Finish(Site site) {
        this.site = site;
        target = site.rules().fields().isEmpty() ? null : new RequestTarget();
    }

    /**
     * An error in the form for its client, and what is no file with the fields of the rules.
     *
     * @param file whether the response is about a file
     */
    Response of(Request request, Response response, boolean file) {
        boolean error = response.status() >= Status.BAD_REQUEST;
        Response formed = error ? error(request, response) : response;
        return target == null || file && !error ? formed : ruled(request, target, formed);
    }

    /** A response that a program made, its errors included, with the fields of the rules. */
    Response ofProgram(Request request, Response response) {
        return target == null ? response : ruled(request, target, response);
    }

    private Response error(Request request, Response error) {
        Response own = site.rules().pages().of(request, error);
        return own == null ? ErrorPages.of(request, error) : own;
    }

    private Response ruled(Request request, RequestTarget asked, Response response) {
        int length = asked.decode(request.bytes(), request.pathFrom(), request.pathTo());
        byte[] path = length > 0 ? Arrays.copyOfRange(asked.bytes(), 1, length) : new byte[0];
        return site.rules().fields().on(response, path, path.length);
    }
}
