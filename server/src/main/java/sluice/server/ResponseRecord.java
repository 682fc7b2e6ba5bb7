package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.TransferStats;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * One response and how the server sent it: for logs, recordings, and the tests of programs that
 * embed a server ({@link Sluice.Builder#onResponse}).
 *
 * @param time when the server had received the request
 * @param duration until the kernel had accepted the last byte, or the connection broke
 * @param cpu the share of this response in the CPU time of its loop's thread, or null if that
 *     cannot be told. The CPU time since the last turn that sent something is shared out over the
 *     responses that a turn sends: by their bytes, and a fixed part for each send. Other threads
 *     (lookups, reads of what is not in memory, compression) are not in it. It is null where the
 *     loop's thread does not make all calls: models {@code async-channel}, {@code posix-aio} and
 *     {@code virtual}, reactor {@code workers}, and outside Linux
 * @param remote the client's address, or null if the socket does not know it
 * @param request the request that the server answered
 * @param status the status code
 * @param complete whether the kernel accepted the whole response; false for a partial response
 * @param copyPath the copy path of the body's bytes from a file, or {@code memory}, as Sluice-Path
 *     says it in the head; of HEAD, that of GET
 * @param model how the loop waits
 * @param fallbackReason why bytes took another path than {@code copyPath}, or null if none did
 * @param headBytes size of the head, 1xx responses included
 * @param stats how the bytes were sent. It counts the bytes of the body, and the calls for head and
 *     body; a call that carried several responses counts for the first of them
 */
public record ResponseRecord(
        Instant time,
        Duration duration,
        @Nullable Duration cpu,
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
     * Request line, Referer and User-Agent of a request, octets decoded as ISO 8859-1. All are null
     * if the client sent no valid request.
     *
     * @param method as the client sent it
     * @param target with the query, as the client sent it
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

    /** Number of bytes of the body that were sent. */
    public long bodyBytes() {
        return stats.kernelBytes() + stats.userBytes();
    }
}
