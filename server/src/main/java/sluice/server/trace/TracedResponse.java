package sluice.server.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Request;
import sluice.io.CopyMode;
import sluice.io.EventLoop;
import sluice.io.TransferMeter;
import sluice.io.TransferStats;
import sluice.server.ResponseRecord;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

/** A response that is traced, from its request on. Loop thread only. */
class TracedResponse {
    /** The request of a record if the client's bytes were no valid request. */
    static final ResponseRecord.Request UNREAD =
            new ResponseRecord.Request(null, null, null, null, null);

    final ResponseRecord.Request request;
    final @Nullable ResponseSent event = ResponseSent.beginIfWanted();
    final Instant time = Instant.now();
    final long since = System.nanoTime();
    /** Who sent the request; null for the peer of the connection. */
    @Nullable
    InetSocketAddress sender;

    int status;
    /** The planned copy path; null if the body is sent from memory. */
    @Nullable
    CopyMode way;

    /** This response's share of the sends. */
    final TransferMeter share = new TransferMeter();
    /** This response's share of the loop's CPU time. */
    final CpuShares.Share cpu = new CpuShares.Share();

    TracedResponse(ResponseRecord.Request request) {
        this.request = request;
    }

    /** What a record says of a request of that protocol. */
    static ResponseRecord.Request requestOf(Request request, String version) {
        return new ResponseRecord.Request(
                text(request.bytes(), request.methodFrom(), request.methodTo()),
                text(request.bytes(), request.targetFrom(), request.targetTo()),
                version,
                value(request, Field.REFERER),
                value(request, Field.USER_AGENT));
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

    /** The copy path that octets of a file took; the planned one if none was sent (HEAD). */
    private String path(EventLoop loop) {
        CopyMode planned = way;
        if (planned == null) {
            return "memory";
        }
        return (share.sentFile() ? share.path(loop.copy()) : planned).label();
    }

    /** How long it took until now, where its event ends, too. */
    Duration ended() {
        if (event != null) {
            event.end();
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** The record, when it has ended. */
    ResponseRecord record(
            EventLoop loop,
            @Nullable InetSocketAddress remote,
            Duration duration,
            @Nullable Duration cpuTime,
            boolean complete,
            long headBytes,
            long bodyBytes) {
        TransferStats stats = share.stats(bodyBytes);
        return new ResponseRecord(
                time,
                duration,
                cpuTime,
                remote,
                request,
                status,
                complete,
                path(loop),
                loop.model().label(),
                stats.fallbacks() > 0 ? share.fallbackReason(loop.copy()) : null,
                headBytes,
                stats);
    }
}
