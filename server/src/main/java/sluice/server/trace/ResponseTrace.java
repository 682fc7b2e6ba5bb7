package sluice.server.trace;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.io.CopyMode;
import sluice.io.EventLoop;
import sluice.io.SendQueue;
import sluice.io.TransferMeter;
import sluice.server.ResponseRecord;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Traces the responses of one connection from request to last byte, if anybody watches. The output
 * of a connection is one stream of bytes, and one call may send several responses. So the trace
 * keeps each response's start and end in the stream, and attributes a send to the response whose
 * bytes the send began with. Loop thread only.
 */
public final class ResponseTrace {
    /** A response, and where it is in the stream. */
    private static final class Pending extends TracedResponse {
        boolean produced;
        long start;
        long bodyStart;
        long end;

        Pending(ResponseRecord.Request request) {
            super(request);
        }
    }

    private final ResponseWatch watch;
    private final CpuShares shares;
    private final EventLoop loop;
    private final @Nullable InetSocketAddress remote;
    /** Sends not yet attributed to a response. */
    private final TransferMeter meter = new TransferMeter();
    /** Share of the bytes that were queued before anybody watched. */
    private final TransferMeter unfollowed = new TransferMeter();
    /** Responses that have begun and not left completely. */
    private final ArrayDeque<Pending> answers = new ArrayDeque<>();
    /** The request whose response has not begun. */
    private @Nullable Pending asked;
    /** The response that the loop is adding to the queue. */
    private @Nullable Pending producing;

    /** Number of the stream's bytes that have left and are no longer in the meter. */
    private long bytes;

    /**
     * @param shares those of the loop
     */
    ResponseTrace(ResponseWatch watch, CpuShares shares, @Nullable InetSocketAddress remote) {
        this.watch = watch;
        this.shares = shares;
        loop = shares.loop();
        this.remote = remote;
        shares.begin();
    }

    public TransferMeter meter() {
        return meter;
    }

    /**
     * Called when the loop has parsed a request, perhaps twice: the loop parses a request again
     * after a worker's answer.
     *
     * @param version the request's protocol
     * @param sender who sent it; null for the peer of the connection
     */
    public void requested(Request request, String version, @Nullable InetSocketAddress sender) {
        if (asked == null) {
            Pending begun = new Pending(TracedResponse.requestOf(request, version));
            begun.sender = sender;
            asked = begun;
        }
    }

    private long rowEnd(SendQueue queue) {
        return bytes + meter.bytes() + queue.remaining();
    }

    /** Called before the loop adds a piece of a response to the queue. */
    public void produces(SendQueue queue) {
        if (producing == null) {
            Pending begun = asked == null ? new Pending(TracedResponse.UNREAD) : asked;
            asked = null;
            begun.start = rowEnd(queue);
            begun.bodyStart = Long.MAX_VALUE;
            producing = begun;
            answers.add(begun);
        }
    }

    /** Called when the current response's head is in the queue. */
    public void headEnds(SendQueue queue) {
        if (producing != null) {
            producing.bodyStart = rowEnd(queue);
        }
    }

    /**
     * Called after the loop has added a piece of a response.
     *
     * @param way the planned copy path of its body, of HEAD that of GET's; null if from memory
     * @param whole whether the response is complete
     */
    public void produced(SendQueue queue, int status, @Nullable CopyMode way, boolean whole) {
        Pending answer = producing;
        if (answer != null) {
            answer.status = status;
            answer.way = way;
            answer.end = rowEnd(queue);
            answer.produced = whole;
            producing = whole ? null : answer;
        }
    }

    /** Called after a send. */
    public void sent() {
        share();
        Pending first = answers.peek();
        while (first != null && first.produced && first.end <= bytes) {
            answers.remove();
            tell(first, true);
            first = answers.peek();
        }
    }

    /** Called when the connection has closed: all remaining responses are incomplete. */
    public void closed() {
        share();
        for (Pending torn = answers.poll(); torn != null; torn = answers.poll()) {
            tell(torn, false);
        }
    }

    /** Attributes the latest sends to the response whose bytes they began with. */
    private void share() {
        Pending first = answers.peek();
        TransferMeter share = first != null && bytes >= first.start ? first.share : unfollowed;
        long from = bytes;
        bytes += meter.bytes();
        meter.moveTo(share);
        for (Pending answer : answers) {
            long sent = Math.min(bytes, answer.end) - Math.max(from, answer.start);
            if (sent > 0) {
                shares.sent(answer.cpu, sent);
            }
        }
    }

    /** Tells of it at the end of the turn: only then it is known what the turn has cost. */
    private void tell(Pending answer, boolean complete) {
        Duration duration = answer.ended();
        long sentTo = bytes;
        shares.over(
                answer.cpu,
                cpu -> watch.tell(record(answer, complete, sentTo, duration, cpu), answer.event));
    }

    private ResponseRecord record(
            Pending answer, boolean complete, long at, Duration duration, @Nullable Duration cpu) {
        long sentTo = Math.clamp(at, answer.start, Math.max(answer.start, answer.end));
        long headTo = Math.min(answer.bodyStart, sentTo);
        return answer.record(
                loop,
                answer.sender == null ? remote : answer.sender,
                duration,
                cpu,
                complete,
                headTo - answer.start,
                sentTo - headTo);
    }
}
