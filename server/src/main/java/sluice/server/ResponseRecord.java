package sluice.server;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * One response and the way that it took, as it was sent: for logs, recordings, and tests of those
 * who embed a server ({@link Sluice.Builder#onResponse}).
 *
 * @param time when its request had come
 * @param duration until the kernel had taken its last byte, or the connection broke
 * @param remote the client, or null where the socket does not tell
 * @param request what was asked for
 * @param status the number in the status line
 * @param complete whether all of it was handed to the kernel; false for one that was torn
 * @param way how its bytes went
 */
public record ResponseRecord(
        Instant time,
        Duration duration,
        @Nullable InetSocketAddress remote,
        Request request,
        int status,
        boolean complete,
        Way way) {

    /**
     * A request's line and who it says it is, octets as ISO 8859-1. All null if it was none.
     *
     * @param method as it came
     * @param target with the query, as it came
     * @param version {@code HTTP/1.0} or {@code HTTP/1.1}
     * @param referer the field's value
     * @param userAgent the field's value
     */
    public record Request(
            @Nullable String method,
            @Nullable String target,
            @Nullable String version,
            @Nullable String referer,
            @Nullable String userAgent) {
        static final Request NONE = new Request(null, null, null, null, null);
    }

    /**
     * How bytes went.
     *
     * @param copy the copy path of what came from a file, or {@code memory}
     * @param model how the loop waits
     * @param headBytes of the head, 1xx included
     * @param kernelBytes of the body that the kernel moved alone
     * @param userBytes of the body that passed user space: copied, generated, or kept in memory
     * @param systemCalls that read or sent it; one that carried several responses counts for the
     *     first of them
     * @param coldParts times that a worker read what was not in memory
     * @param coldStalls sends that waited though their bytes seemed to be in memory
     * @param fallbacks times that bytes went another way than {@code copy}
     * @param fallbackReason why, or null if none did
     * @param kernelCopies sends with MSG_ZEROCOPY that the kernel made a copy for, as far as it had
     *     said so by then
     */
    public record Way(
            String copy,
            String model,
            long headBytes,
            long kernelBytes,
            long userBytes,
            long systemCalls,
            long coldParts,
            long coldStalls,
            long fallbacks,
            @Nullable String fallbackReason,
            long kernelCopies) {}

    /** Bytes of the body that were sent. */
    public long bodyBytes() {
        return way.kernelBytes + way.userBytes;
    }
}
