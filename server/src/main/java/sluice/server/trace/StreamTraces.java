package sluice.server.trace;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.io.EventLoop;
import sluice.io.SendQueue;
import sluice.io.TransferMeter;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Traces the responses of a connection that sends several at once, if anybody watches. The output
 * of the connection is one row of bytes. Each response has segments of it, and a send is attributed
 * to the response with whose bytes it began. Loop thread only.
 */
public final class StreamTraces {
    private static final String VERSION = "HTTP/2";

    /** Bytes [start, end) of the row. */
    private record Segment(StreamTrace owner, long start, long end, boolean ofBody) {}

    private final ResponseWatch watch;
    private final CpuShares shares;
    private final EventLoop loop;
    private final @Nullable InetSocketAddress remote;
    /** Sends not yet attributed to a response. */
    private final TransferMeter meter = new TransferMeter();
    /** Share of the bytes that are of no response, or were queued before anybody watched. */
    private final TransferMeter unfollowed = new TransferMeter();

    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private final List<StreamTrace> open = new ArrayList<>();
    /** Number of the row's bytes that have left and are no longer in the meter. */
    private long bytes;

    StreamTraces(ResponseWatch watch, CpuShares shares, @Nullable InetSocketAddress remote) {
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
     * Begins the trace of a response.
     *
     * @param sender who sent the request; null for the peer of the connection
     */
    public StreamTrace requested(Request request, @Nullable InetSocketAddress sender) {
        StreamTrace trace = StreamTrace.of(request, VERSION);
        trace.sender = sender;
        open.add(trace);
        return trace;
    }

    /** The same for a request that could not be read. */
    public StreamTrace unread() {
        StreamTrace trace = StreamTrace.of(null, VERSION);
        open.add(trace);
        return trace;
    }

    /** Called when octets of a response are in the queue, behind all others. */
    public void queued(SendQueue queue, StreamTrace of, long octets, boolean ofBody) {
        if (octets > 0) {
            long end = bytes + meter.bytes() + queue.remaining();
            segments.add(new Segment(of, end - octets, end, ofBody));
            of.segments++;
        }
    }

    /** Called when no octet of a response follows. */
    public void over(StreamTrace response, boolean complete) {
        response.over = true;
        response.complete = complete;
        tellIfGone(response);
    }

    /** Called after a send. */
    public void sent() {
        Segment first = segments.peek();
        long from = bytes;
        bytes += meter.bytes();
        meter.moveTo(first != null && first.start <= from ? first.owner.share : unfollowed);
        while (first != null) {
            long octets = Math.min(bytes, first.end) - Math.max(from, first.start);
            StreamTrace owner = first.owner;
            if (octets > 0) {
                shares.sent(owner.cpu, octets);
                owner.headBytes += first.ofBody ? 0 : octets;
                owner.bodyBytes += first.ofBody ? octets : 0;
            }
            if (first.end > bytes) {
                return;
            }
            segments.remove();
            owner.segments--;
            tellIfGone(owner);
            first = segments.peek();
        }
    }

    private void tellIfGone(StreamTrace response) {
        if (response.over && response.segments == 0 && open.remove(response)) {
            tell(response, response.complete);
        }
    }

    /** Called when the connection has closed: all remaining responses are incomplete. */
    public void closed() {
        sent();
        open.forEach(torn -> tell(torn, false));
        open.clear();
    }

    /** Tells of it at the end of the turn: only then it is known what the turn has cost. */
    private void tell(StreamTrace response, boolean complete) {
        Duration duration = response.ended();
        shares.over(
                response.cpu,
                cpu -> watch.tell(
                        response.record(
                                loop,
                                response.sender == null ? remote : response.sender,
                                duration,
                                cpu,
                                complete,
                                response.headBytes,
                                response.bodyBytes),
                        response.event));
    }
}
