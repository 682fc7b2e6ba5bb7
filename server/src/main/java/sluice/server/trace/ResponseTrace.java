package sluice.server.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Request;
import sluice.io.EventLoop;
import sluice.io.SendQueue;
import sluice.io.TransferMeter;
import sluice.io.TransferStats;
import sluice.server.ResponseRecord;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * Follows the answers of one connection from request to last byte, if somebody wants to know. What
 * is sent is one row of bytes to which answers add at its end, several before one call sends them:
 * so each knows where in the row it begins and ends, and what a send moves is for the answer whose
 * bytes it began with. Loop thread only.
 */
public final class ResponseTrace {
    /** Of bytes that are no request. */
    private static final ResponseRecord.Request UNREAD =
            new ResponseRecord.Request(null, null, null, null, null);

    /** One response, from its request on. */
    private static final class Pending {
        final ResponseRecord.Request request;
        final @Nullable ResponseSent event = ResponseSent.beginIfWanted();
        final Instant time = Instant.now();
        final long since = System.nanoTime();
        int status;
        boolean produced;
        // Where in the row of all bytes
        long start;
        long bodyStart;
        long end;
        /** Its share of what was sent. */
        final TransferMeter share = new TransferMeter();

        Pending(ResponseRecord.Request request) {
            this.request = request;
        }
    }

    private final ResponseWatch watch;
    private final EventLoop loop;
    private final @Nullable InetSocketAddress remote;
    /** What was sent and belongs to no answer yet. */
    private final TransferMeter meter = new TransferMeter();
    /** The share of what was in the queue before anybody wanted to know. */
    private final TransferMeter unfollowed = new TransferMeter();
    /** Answers that were begun and have not left whole. */
    private final ArrayDeque<Pending> answers = new ArrayDeque<>();
    /** A request whose answer has not begun. */
    private @Nullable Pending asked;
    /** The answer that is being produced. */
    private @Nullable Pending producing;

    /** Bytes of the row that have left, and of which nothing is in the meter any more. */
    private long bytes;

    public ResponseTrace(ResponseWatch watch, EventLoop loop, @Nullable InetSocketAddress remote) {
        this.watch = watch;
        this.loop = loop;
        this.remote = remote;
    }

    public TransferMeter meter() {
        return meter;
    }

    /**
     * A request has come, perhaps seen before: while its answer is awaited it is read twice.
     *
     * @param version of the protocol it came by
     */
    public void requested(Request request, String version) {
        if (asked == null) {
            asked = new Pending(new ResponseRecord.Request(
                    text(request.bytes(), request.methodFrom(), request.methodTo()),
                    text(request.bytes(), request.targetFrom(), request.targetTo()),
                    version,
                    value(request, Field.REFERER),
                    value(request, Field.USER_AGENT)));
        }
    }

    private static String text(MemorySegment bytes, int from, int to) {
        byte[] octets = bytes.asSlice(from, (long) to - from).toArray(ValueLayout.JAVA_BYTE);
        return new String(octets, ISO_8859_1);
    }

    private static @Nullable String value(Request request, Field field) {
        int line = request.find(field);
        return line < 0
                ? null
                : text(request.bytes(), request.valueFrom(line), request.valueTo(line));
    }

    private long rowEnd(SendQueue queue) {
        return bytes + meter.bytes() + queue.remaining();
    }

    /** Something of an answer is about to be added to the queue. */
    public void produces(SendQueue queue) {
        if (producing == null) {
            Pending begun = asked == null ? new Pending(UNREAD) : asked;
            asked = null;
            begun.start = rowEnd(queue);
            begun.bodyStart = Long.MAX_VALUE;
            producing = begun;
            answers.add(begun);
        }
    }

    /** The head of the answer that is being produced is in the queue. */
    public void headEnds(SendQueue queue) {
        if (producing != null) {
            producing.bodyStart = rowEnd(queue);
        }
    }

    /**
     * It has been added.
     *
     * @param whole whether nothing more comes of it
     */
    public void produced(SendQueue queue, int status, boolean whole) {
        Pending answer = producing;
        if (answer != null) {
            answer.status = status;
            answer.end = rowEnd(queue);
            answer.produced = whole;
            producing = whole ? null : answer;
        }
    }

    /** Bytes have left. */
    public void sent() {
        share();
        Pending first = answers.peek();
        while (first != null && first.produced && first.end <= bytes) {
            answers.remove();
            tell(first, true);
            first = answers.peek();
        }
    }

    /** The end: what has not left by now never will. */
    public void closed() {
        share();
        for (Pending torn = answers.poll(); torn != null; torn = answers.poll()) {
            tell(torn, false);
        }
    }

    /** Gives what was counted since to the answer whose bytes are next. */
    private void share() {
        Pending first = answers.peek();
        TransferMeter share = first != null && bytes >= first.start ? first.share : unfollowed;
        bytes += meter.bytes();
        meter.moveTo(share);
    }

    private void tell(Pending answer, boolean complete) {
        long sentTo = Math.clamp(bytes, answer.start, Math.max(answer.start, answer.end));
        long headTo = Math.min(answer.bodyStart, sentTo);
        TransferMeter share = answer.share;
        TransferStats stats = share.stats(sentTo - headTo);
        ResponseRecord response = new ResponseRecord(
                answer.time,
                Duration.ofNanos(System.nanoTime() - answer.since),
                remote,
                answer.request,
                answer.status,
                complete,
                share.fileBytes() > 0 ? loop.copy().label() : "memory",
                loop.model().label(),
                stats.fallbacks() > 0 ? loop.copy().fallbackReason() : null,
                headTo - answer.start,
                stats);
        watch.tell(response, answer.event);
    }
}
