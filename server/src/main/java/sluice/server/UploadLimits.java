package sluice.server;

import java.time.Duration;

/**
 * Bounds on uploads.
 *
 * @param size octets of one file
 * @param age how long an upload that can be resumed waits for that
 */
record UploadLimits(long size, Duration age) {
    /** A day: a laptop that was closed in the evening goes on in the morning. */
    static final Duration AGE = Duration.ofDays(1);

    /** The value of Upload-Limit, for an upload that was last heard of some seconds ago. */
    String field(long secondsAgo) {
        String left = "max-age=" + Math.max(0, age.toSeconds() - secondsAgo);
        return size == Long.MAX_VALUE ? left : "max-size=" + size + ", " + left;
    }
}
