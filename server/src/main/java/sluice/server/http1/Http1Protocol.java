package sluice.server.http1;

import org.jspecify.annotations.Nullable;

import sluice.http.HeadPart;
import sluice.http.RequestBody;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.FileSink;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Standing;
import sluice.io.Timers;
import sluice.io.TransferMeter;
import sluice.io.Work;
import sluice.server.limits.Clients;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.site.LoopSite;
import sluice.server.site.LoopSites;
import sluice.server.site.PendingLookup;
import sluice.server.trace.LoopTraces;
import sluice.server.trace.ResponseTrace;
import sluice.server.upload.ConnectionLine;
import sluice.server.upload.UploadReceiver;
import sluice.server.upload.UploadRequest;
import sluice.server.upload.UploadStore;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * HTTP/1.1 and 1.0 on one connection of a file server: one request at a time, answered in order. If
 * a response must wait for a worker, the loop leaves the request in the input and parses it again
 * afterwards, so that it need not copy the request.
 */
public final class Http1Protocol implements Protocol, UploadReceiver.Owner {
    /** Time limit for a head, and again for its body: a slower client is slow on purpose. */
    public static final long MESSAGE_NANOS = Duration.ofSeconds(30).toNanos();
    /** Time limit between requests; nginx's default. */
    static final long IDLE_NANOS = Duration.ofSeconds(75).toNanos();
    /** Largest unwanted body that the loop reads and drops; a larger one ends the connection. */
    private static final long BODY_SKIPPED_MAX = 64 << 10;

    private final EventLoop loop;
    private final LoopSites sites;
    private final LoopTraces traces;
    private final Clients clients;
    private final RequestHead head;
    private final Http1Writer writer;
    private final Http1Exchange exchange = new Http1Exchange();
    private @Nullable Connection connection;
    /** The site of the current request; the next request may name another. */
    private @Nullable LoopSite site;

    private final PendingLookup lookup = new PendingLookup();
    private @Nullable RequestBody body;
    private long bodySkipped;
    /** The current request if it changes a file, or null. */
    private @Nullable UploadReceiver upload;

    private boolean draining;
    /** Whether the client has sent its last byte; it may still wait for responses. */
    private boolean inputEnded;
    /** Whether the first request has no response yet. */
    private boolean first = true;
    /** Number of bytes of an incomplete head that the loop has seen. */
    private int seen;

    /** Where those bytes end: what else may come before they must be parsed again. */
    private HeadPart part = HeadPart.ANY;

    /** Since when the loop waits for the head, or then for the body. */
    private long messageSince;

    Http1Protocol(Http1Service.Shared shared) {
        sites = shared.sites();
        loop = sites.loop();
        traces = shared.traces();
        head = shared.head();
        writer = shared.writer();
        clients = shared.clients();
    }

    private LoopSite site() {
        return Objects.requireNonNull(site, "entered");
    }

    /** Ends the use of the site: the request has its response, or never will. */
    private void leave() {
        if (site != null) {
            site.leave();
            site = null;
        }
    }

    private Connection connection() {
        return Objects.requireNonNull(connection, "opened");
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        exchange.opened(opened, clients);
        messageSince = loop.now();
    }

    @Override
    public int received(Block bytes, int from, int to) {
        if (lookup.isPending()) {
            return 0;
        }
        if (upload != null) {
            return upload.take(bytes, from, to);
        }
        if (body != null) {
            return skipBody(body, bytes, from, to);
        }
        HeadPart next = seen == 0 ? null : part.after(bytes.segment(), from, from + seen, to);
        if (next == null) {
            return readHead(bytes, from, to);
        }
        part = next;
        seen = to - from;
        return 0;
    }

    private int readHead(Block bytes, int from, int to) {
        int length = head.parse(bytes.segment(), from, to);
        if (length == RequestHead.INCOMPLETE) {
            if (seen == 0) {
                messageSince = loop.now();
            }
            part = head.unfinished();
            seen = to - from;
            return 0;
        }
        part = HeadPart.ANY;
        RequestHead request = length < 0 ? null : head;
        Response refusal = site == null ? exchange.refusal(request) : null;
        if (length < 0 || refusal != null) {
            refuse(request, refusal == null ? Response.error(-length) : refusal);
            return to - from;
        }
        seen = length;
        LoopSite entered = site == null ? sites.enter(head) : site;
        site = entered;
        exchange.begin(head, entered.site().options().explain());
        if (draining || sites.areEnding()) {
            exchange.closeAfterwards();
        }
        exchange.follow(traces, head);
        UploadStore uploads = entered.site().uploads();
        if (uploads != null && !head.unknownExpectation() && entered.wantsChange(head)) {
            seen = 0;
            change(uploads, UploadRequest.keep(head, from, from + length));
            return length;
        }
        Response response = entered.answer(head, lookup.resolution(), lookup.isPatient(), exchange);
        if (response == null) {
            lookup.ask(entered, head, this::resolved);
            return 0;
        }
        exchange.found(response, lookup.hasAsked());
        seen = 0;
        lookup.used();
        if (head.hasBody()) {
            RequestBody unwanted = new RequestBody();
            unwanted.begin(head);
            skip(unwanted, head.expectContinue());
        }
        return length;
    }

    private void change(UploadStore uploads, UploadRequest request) {
        RequestBody wanted = new RequestBody();
        wanted.begin(head);
        var incoming = new UploadReceiver.Incoming(
                wanted, head.chunked(), !exchange.http10(), head.expectContinue());
        var line = new ConnectionLine(connection());
        UploadReceiver begun = new UploadReceiver(uploads, line, this, incoming);
        upload = begun;
        begun.begin(request);
    }

    @Override
    public void inform(List<InformationalResponse> responses) {
        exchange.inform(responses);
    }

    @Override
    public void answered(Response response, boolean intact) {
        UploadReceiver done = Objects.requireNonNull(upload, "answered once");
        upload = null;
        exchange.respond(response);
        messageSince = loop.now();
        if (!intact) {
            exchange.closeAfterwards();
        } else if (!done.body().isDone()) {
            skip(done.body(), done.isAwaited());
        }
    }

    @Override
    public void offload(Work kind, Runnable work, Runnable then) {
        site().offload(kind, work, then);
    }

    @Override
    public void receivedInto(FileSink sink) {
        if (upload != null) {
            upload.receivedInto();
        }
    }

    private void resolved() {
        // The loop must parse the head again, although no byte of it is new.
        seen = 0;
        connection().resume();
    }

    /** Refuses a request and closes: of an invalid one nobody knows where the next one begins. */
    private void refuse(@Nullable RequestHead request, Response response) {
        exchange.follow(traces, request);
        seen = 0;
        LoopSite entered = site == null ? sites.enterAny() : site;
        site = entered;
        exchange.beginUnread(entered.site().options().explain());
        exchange.respond(response);
    }

    private void skip(RequestBody unwanted, boolean awaited) {
        if (awaited || unwanted.dataRemaining() > BODY_SKIPPED_MAX) {
            // After a final response a client may send the body or the next request; which one
            // arrives, the loop cannot tell.
            exchange.closeAfterwards();
            return;
        }
        bodySkipped = 0;
        messageSince = loop.now();
        body = unwanted.isDone() ? null : unwanted;
    }

    private int skipBody(RequestBody unwanted, Block bytes, int from, int to) {
        int skipped = unwanted.skip(bytes.segment(), from, to);
        bodySkipped += Math.max(0, skipped);
        if (skipped < 0 || bodySkipped > BODY_SKIPPED_MAX) {
            // The request already has its response, so the loop can only close the connection.
            body = null;
            connection().closeWhenSent();
            return to - from;
        }
        if (unwanted.isDone()) {
            body = null;
            messageSince = loop.now();
        }
        return skipped;
    }

    @Override
    public void produce(SendQueue queue) {
        if (!exchange.hasOutput()) {
            return;
        }
        boolean whole = write(queue);
        if (!exchange.hasOutput() || whole) {
            first = false;
        }
        if (whole) {
            exchange.release();
            leave();
            loop.resources().counters().add(Counter.REQUESTS, 1);
            if (!exchange.keepAlive()) {
                exchange.endConnection();
            }
        }
    }

    private boolean write(SendQueue queue) {
        ResponseTrace trace = exchange.trace();
        if (trace == null) {
            return writer.produce(exchange, queue);
        }
        trace.produces(queue);
        boolean whole = writer.produce(exchange, queue);
        trace.produced(queue, exchange.status(), writer.way(exchange), whole);
        return whole;
    }

    @Override
    public @Nullable TransferMeter meter() {
        ResponseTrace trace = exchange.trace();
        return trace == null ? null : trace.meter();
    }

    @Override
    public void sent() {
        ResponseTrace trace = exchange.trace();
        if (trace != null) {
            trace.sent();
        }
    }

    private boolean answerIsDue() {
        return exchange.hasOutput() || lookup.isPending() || upload != null && upload.isWorking();
    }

    @Override
    public boolean hasOutput() {
        return exchange.hasOutput();
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
    }

    /**
     * One request at a time: TCP flow control slows a client that sends ahead. While a request
     * waits for a file, the loop receives what fits: only so it learns that the client has gone.
     */
    @Override
    public boolean wantsInput() {
        if (lookup.isPending()) {
            return !inputEnded && loop.interruptsWaits();
        }
        return !answerIsDue() && !connection().isSending();
    }

    @Override
    public boolean isIdle() {
        return !answerIsDue() && seen == 0 && body == null && upload == null;
    }

    @Override
    public Standing standing() {
        if (answerIsDue() || body != null || upload != null) {
            return Standing.BUSY;
        }
        return seen > 0 || first ? Standing.STARTING : Standing.IDLE;
    }

    @Override
    public long inputDeadline() {
        if (lookup.isPending()) {
            return Timers.NEVER;
        }
        if (upload != null) {
            return upload.deadline();
        }
        if (seen > 0 || body != null || first) {
            return messageSince + MESSAGE_NANOS;
        }
        return loop.now() + IDLE_NANOS;
    }

    @Override
    public void expired() {
        if (upload != null && !answerIsDue()) {
            upload.refuse(Status.REQUEST_TIMEOUT, false);
        } else if (seen > 0 && !answerIsDue()) {
            refuse(null, Response.error(Status.REQUEST_TIMEOUT));
        }
    }

    @Override
    public void drain() {
        draining = true;
        exchange.closeAfterwards();
        if (!answerIsDue() && seen == 0 && upload == null) {
            connection().closeWhenSent();
        }
    }

    @Override
    public void closed() {
        ResponseTrace trace = exchange.trace();
        if (trace != null) {
            trace.closed();
        }
        if (upload != null) {
            upload.closed();
        }
        exchange.release();
        lookup.close();
        leave();
    }
}
