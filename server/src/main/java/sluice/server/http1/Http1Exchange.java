package sluice.server.http1;

import org.jspecify.annotations.Nullable;

import sluice.http.Method;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.server.response.Body;
import sluice.server.response.BodyCursor;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.trace.ResponseTrace;

import java.util.ArrayList;
import java.util.List;

/**
 * What the response to one request must know of that request, and how far it has been written.
 * Reused by its connection for the next one.
 */
final class Http1Exchange {
    private boolean headOnly;
    private boolean keepAlive;
    private boolean http10;
    private boolean explains;
    private @Nullable List<InformationalResponse> informational;
    private @Nullable Response response;
    /** What follows the head, when that has been written and does not leave with all of it. */
    private @Nullable BodyCursor rest;

    private @Nullable ResponseTrace trace;

    /** A request that was read. */
    void begin(RequestHead head, boolean explained) {
        explains = explained;
        headOnly = head.method() == Method.HEAD;
        keepAlive = head.keepAlive();
        http10 = head.minorVersion() == 0;
    }

    /** Bytes that are no request. */
    void beginUnread(boolean explained) {
        explains = explained;
        headOnly = false;
        keepAlive = false;
        http10 = false;
    }

    /** The connection ends with this response. */
    void closeAfterwards() {
        keepAlive = false;
    }

    /** Whether the connection outlives the response. */
    boolean keepAlive() {
        return keepAlive;
    }

    /** Whether the client speaks HTTP/1.0, to which keep-alive must be said. */
    boolean http10() {
        return http10;
    }

    /** Whether the response tells how its body travels. */
    boolean explains() {
        return explains;
    }

    /** Follows what is sent, if anybody wants to know. */
    @Nullable
    ResponseTrace trace() {
        return trace;
    }

    void followedBy(ResponseTrace follower) {
        trace = follower;
    }

    // What is to be written

    void inform(List<InformationalResponse> responses) {
        List<InformationalResponse> before = informational;
        if (before == null) {
            informational = responses.isEmpty() ? null : responses;
        } else {
            informational = new ArrayList<>(before);
            informational.addAll(responses);
        }
    }

    /** The response, which is this object's to release from now on. */
    void respond(Response due) {
        response = due;
    }

    boolean hasOutput() {
        return response != null || informational != null;
    }

    /** The code of what is to be written next, or was last if nothing is. */
    int status() {
        return response == null ? Status.CONTINUE : response.status();
    }

    /** The next of those before the response. */
    @Nullable
    InformationalResponse informational() {
        List<InformationalResponse> all = informational;
        return all == null ? null : all.getFirst();
    }

    /** The next of those before the response has been written. */
    void informationalWritten() {
        List<InformationalResponse> all = informational;
        informational = all == null || all.size() == 1 ? null : all.subList(1, all.size());
    }

    @Nullable
    Response response() {
        return response;
    }

    @Nullable
    BodyCursor rest() {
        return rest;
    }

    /** The head has been written, and not all of the body with it. */
    BodyCursor begin(Body body) {
        BodyCursor cursor = new BodyCursor(body);
        rest = cursor;
        return cursor;
    }

    /** Whether octets follow the head of this response, RFC 9112 section 6.3. */
    boolean sendsBody(Response due) {
        return !headOnly && Status.hasContent(due.status());
    }

    /** Lets go of the response, written or not. */
    void release() {
        informational = null;
        rest = null;
        Response done = response;
        response = null;
        if (done != null) {
            done.release();
        }
    }
}
