package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.http.Priority;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.response.TimingLine;
import sluice.server.site.LoopSite;
import sluice.server.site.PendingLookup;
import sluice.server.trace.StreamTrace;
import sluice.server.upload.UploadReceiver;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * One request and its response. Its connection uses the object again for another one.
 *
 * <pre>
 *   ANSWERING --response--> HEAD_DUE --head--> SENDING --last octet--> CHECKING --end--> gone
 *       |                       |                 |                       |
 *       +---- reset, while a worker looks --> ABANDONED -- it has ended --> gone
 * </pre>
 */
final class Http2Stream {
    enum Phase {
        /** The response is being looked up, or an upload received. */
        ANSWERING,
        /** The response is there. */
        HEAD_DUE,
        /** Octets of the body follow. */
        SENDING,
        /** All octets are queued; it ends when those of files have left and were checked. */
        CHECKING,
        /** It was reset, and a worker still works for it. */
        ABANDONED
    }

    final PendingLookup lookup = new PendingLookup();
    final StreamBody body = new StreamBody();
    int id;
    Phase phase = Phase.ANSWERING;
    int priority = Priority.DEFAULT;
    /** Octets of its body that the client takes. */
    long window;
    /** When it was served last, by a counter of the connection. */
    long servedAt;
    /** Whether the client has sent its last octet. */
    boolean inputEnded;
    /** Octets of content that the request announced, or -1; and those that have come. */
    long announced;

    long received;
    boolean headOnly;
    /** Whether the head says how the server sends the body. */
    boolean explains;

    @Nullable
    LoopSite site;

    /** Who sent the request; null for the other end of the connection. */
    @Nullable
    InetSocketAddress sender;

    /** The head of the request, while it waits. */
    byte @Nullable [] kept;

    @Nullable
    Response response;

    TimingLine.@Nullable Lookup timing;

    @Nullable
    StreamTrace trace;

    /** The request if it changes a file, or null. */
    @Nullable
    UploadReceiver upload;

    /** The response, which is there before the body of the request has ended. */
    @Nullable
    Response early;

    /** 1xx responses that come first. */
    @Nullable
    List<InformationalResponse> informational;

    /** Octets of the request's body that we take. */
    int receiveWindow;

    /** Those to give back. */
    int credit;
    /** When its request was read, on the loop's clock. */
    long since;
    /** When its look-up began, on the system's, if the head is to tell. */
    long lookupSince;
    /** Whether the response waits for the end of the request's body. */
    boolean bodyDue;

    /** Whether regions of files may be in the queue, which refers to this object. */
    boolean queued;
    /** Whether the next piece of the body is not there yet. */
    boolean waiting;
    /** When it last sent something, or began to wait for its window. */
    long progressAt;
    /** Octets of the body that were queued. */
    long sent;

    void begin(int number, long initialWindow, long now) {
        id = number;
        window = initialWindow;
        phase = Phase.ANSWERING;
        priority = Priority.DEFAULT;
        inputEnded = false;
        announced = -1;
        received = 0;
        sent = 0;
        headOnly = false;
        explains = false;
        waiting = false;
        bodyDue = false;
        queued = false;
        since = now;
        progressAt = now;
        servedAt = 0;
        receiveWindow = BodyInput.STREAM_WINDOW;
        credit = 0;
    }

    /** Takes over the response, and releases it later. */
    void respond(Response due) {
        response = due;
        phase = Phase.HEAD_DUE;
    }

    /** Responds with what was found early; false if nothing was. */
    boolean respondEarly() {
        Response found = early;
        early = null;
        if (found != null) {
            respond(found);
        }
        return found != null;
    }

    /** Whether only a window keeps it from sending. */
    boolean isBlocked(long connectionWindow) {
        return phase == Phase.SENDING && !waiting && Math.min(window, connectionWindow) <= 0;
    }

    /** Releases everything that it holds. */
    void release() {
        informational = null;
        UploadReceiver received = upload;
        upload = null;
        if (received != null) {
            received.closed();
        }
        body.close();
        kept = null;
        timing = null;
        trace = null;
        respondEarly();
        Response done = response;
        response = null;
        if (done != null) {
            done.release();
        }
        if (site != null) {
            site.leave();
            site = null;
        }
    }
}
