package sluice.server.http1;

import org.jspecify.annotations.Nullable;

import sluice.http.Method;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.server.limits.Client;
import sluice.server.limits.Clients;
import sluice.server.response.Body;
import sluice.server.response.BodyCursor;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.response.TimingLine;
import sluice.server.site.Sender;
import sluice.server.trace.LoopTraces;
import sluice.server.trace.ResponseTrace;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The facts of a request that its response depends on, and how much of the response is written. The
 * connection reuses the object for its next request.
 */
final class Http1Exchange implements Sender {
    private boolean headOnly;
    private boolean keepAlive;
    private boolean http10;
    /** Whether the client has said that it sends nothing after this request. */
    private boolean last;

    private boolean explains;
    /** When the request was parsed first, if the head is to tell; else 0. */
    private long since;

    private TimingLine.@Nullable Lookup lookup;
    private @Nullable List<InformationalResponse> informational;
    private @Nullable Response response;
    /** The rest of the body after the head is written; null if all of it left with the head. */
    private @Nullable BodyCursor rest;

    private @Nullable ResponseTrace trace;
    private @Nullable Connection connection;
    /** Who asks; null if nobody has to know. */
    private @Nullable Client client;

    /** The connection is open. */
    void opened(Connection opened, Clients clients) {
        connection = opened;
        client = clients.on(opened);
    }

    /** The response to a request that is one too many, null for an unreadable one; or null. */
    @Nullable
    Response refusal(@Nullable RequestHead head) {
        return client == null ? null : client.refusal(head);
    }

    @Override
    public @Nullable InetSocketAddress address() {
        return client == null
                ? Objects.requireNonNull(connection, "opened").peer()
                : client.sender();
    }

    /** Traces the response if anybody watches; the request is null if it was not valid. */
    void follow(LoopTraces traces, @Nullable RequestHead request) {
        if (trace == null && traces.areWanted()) {
            trace = traces.of(Objects.requireNonNull(connection, "opened").peer());
        }
        if (trace != null && request != null) {
            InetSocketAddress sender = client == null ? null : client.sender();
            trace.requested(request, "HTTP/1." + request.minorVersion(), sender);
        }
    }

    /** Begins the exchange for a parsed request. */
    void begin(RequestHead head, boolean explained) {
        explains = explained;
        if (explained && since == 0) {
            since = System.nanoTime();
        }
        headOnly = head.method() == Method.HEAD;
        keepAlive = head.keepAlive();
        http10 = head.minorVersion() == 0;
        last = !keepAlive && !head.hasBody();
    }

    /** Begins the exchange for bytes that are no valid request. */
    void beginUnread(boolean explained) {
        explains = explained;
        headOnly = false;
        keepAlive = false;
        http10 = false;
        last = false;
    }

    /**
     * Ends the connection after this response. A client that sent "close" (RFC 9112 9.6), or has
     * HTTP/1.0 without keep-alive, must not send more: then nothing is left to wait for.
     */
    void endConnection() {
        Connection open = Objects.requireNonNull(connection, "opened");
        if (last) {
            open.inputIsOver();
        }
        open.closeWhenSent();
    }

    /** Makes the connection end after this response. */
    void closeAfterwards() {
        keepAlive = false;
    }

    /** Whether the connection stays open after the response. */
    boolean keepAlive() {
        return keepAlive;
    }

    /** Whether the client speaks HTTP/1.0, so that the head must say keep-alive. */
    boolean http10() {
        return http10;
    }

    /** Whether the head says how the server sends the body. */
    boolean explains() {
        return explains;
    }

    /** How the response was found; null if nobody wants to know, or it was not looked up. */
    TimingLine.@Nullable Lookup lookup() {
        return lookup;
    }

    /** The trace of this connection's responses, if anybody watches them. */
    @Nullable
    ResponseTrace trace() {
        return trace;
    }

    // The output

    void inform(List<InformationalResponse> responses) {
        List<InformationalResponse> before = informational;
        if (before == null) {
            informational = responses.isEmpty() ? null : responses;
        } else {
            informational = new ArrayList<>(before);
            informational.addAll(responses);
        }
    }

    /** Takes over the response, and releases it later. */
    void respond(Response due) {
        response = due;
    }

    /** The same for a response that was looked up, perhaps by a worker. */
    void found(Response due, boolean byWorker) {
        respond(due);
        if (explains) {
            lookup = new TimingLine.Lookup(System.nanoTime() - since, byWorker);
        }
    }

    boolean hasOutput() {
        return response != null || informational != null;
    }

    /** The status of the final response, or 100 if there is none yet. */
    int status() {
        return response == null ? Status.CONTINUE : response.status();
    }

    /** The next 1xx response to write before the final one. */
    @Nullable
    InformationalResponse informational() {
        List<InformationalResponse> all = informational;
        return all == null ? null : all.getFirst();
    }

    /** Called when the next 1xx response is written. */
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

    /** Begins a body of which not all is queued together with the head. */
    BodyCursor begin(Body body) {
        BodyCursor cursor = new BodyCursor(body);
        rest = cursor;
        return cursor;
    }

    /** Goes on when the next piece of the body is there; resets the connection if none will be. */
    void await(BodyCursor waiting) {
        Connection open = Objects.requireNonNull(connection, "opened");
        Counter torn = waiting.await(open::resume);
        if (torn != null) {
            // Not now: the connection is in the middle of filling its queue.
            open.loop().post(() -> open.abort(torn));
        }
    }

    /** Whether octets follow the head of this response, RFC 9112 section 6.3. */
    boolean sendsBody(Response due) {
        return !headOnly && Status.hasContent(due.status());
    }

    /** Releases the response, written or not. */
    void release() {
        informational = null;
        since = 0;
        lookup = null;
        if (rest != null) {
            rest.close();
            rest = null;
        }
        Response done = response;
        response = null;
        if (done != null) {
            done.release();
        }
    }
}
