package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.TransferStats;

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
 * @param copyPath the copy path of what came from a file, or {@code memory}
 * @param model how the loop waits
 * @param fallbackReason why bytes went another way than {@code copyPath}, or null if none did
 * @param headBytes of the head, 1xx included
 * @param stats how its bytes were sent: bytes are those of the body, calls those of all of it; a
 *     call that carried several responses counts for the first of them
 */
public record ResponseRecord(
        Instant time,
        Duration duration,
        @Nullable InetSocketAddress remote,
        Request request,
        int status,
        boolean complete,
        String copyPath,
        String model,
        @Nullable String fallbackReason,
        long headBytes,
        TransferStats stats) {

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
            @Nullable String userAgent) {}

    /** Bytes of the body that were sent. */
    public long bodyBytes() {
        return stats.kernelBytes() + stats.userBytes();
    }
}
