package sluice.server;

import java.time.Duration;

/**
 * Permission for all clients, without login, to change files, and its bounds. Needs Linux, where
 * system calls keep changes inside the root.
 *
 * @param maxSize octets of one file; {@link Long#MAX_VALUE} for no limit but the disk
 * @param maxAge how long the server keeps an unfinished upload that the client may resume
 * @param maxUnfinished octets of all unfinished uploads together that wait to be resumed, or {@link
 *     #DERIVED}; beyond it the server deletes the one that waits longest
 */
public record Uploads(long maxSize, Duration maxAge, long maxUnfinished) {
    /**
     * Stands for three quarters of the disk space that would be free without unfinished uploads. So
     * a quarter is left for uploads of others, and a single upload is hardly ever too large.
     */
    public static final long DERIVED = -1;
    /** The numerator of the fraction that {@link #DERIVED} stands for. */
    public static final int UNFINISHED_SHARE = 3;
    /** The denominator of that fraction. */
    public static final int UNFINISHED_SHARE_OF = 4;

    /** A day: a laptop that is closed in the evening resumes in the morning. */
    private static final Duration MAX_AGE = Duration.ofDays(1);
    /** Nobody resumes an upload after a year. */
    private static final Duration MAX_AGE_MAX = Duration.ofDays(365);

    /**
     * @throws IllegalArgumentException for a size below 0 other than {@link #DERIVED}, or an
     *     age below a second or above a year
     */
    public Uploads {
        if (maxSize < 0) {
            throw new IllegalArgumentException(
                    "the maximum size of an upload must be 0 or more, not " + maxSize);
        }
        if (maxUnfinished < 0 && maxUnfinished != DERIVED) {
            throw new IllegalArgumentException(
                    "the maximum of unfinished uploads must be 0 or more," + " not "
                            + maxUnfinished);
        }
        if (maxAge.toSeconds() < 1 || maxAge.compareTo(MAX_AGE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the maximum age of an upload must be between 1 s and " + MAX_AGE_MAX.toDays()
                            + " days, not " + maxAge);
        }
    }

    /** The defaults: no limit but the disk, and a day to resume. */
    public static Uploads defaults() {
        return new Uploads(Long.MAX_VALUE, MAX_AGE, DERIVED);
    }

    /** A copy with another maximum size of a file. */
    public Uploads withMaxSize(long octets) {
        return new Uploads(octets, maxAge, maxUnfinished);
    }

    /** A copy that keeps unfinished uploads for another time. */
    public Uploads withMaxAge(Duration age) {
        return new Uploads(maxSize, age, maxUnfinished);
    }

    /** A copy with another maximum of all unfinished uploads together. */
    public Uploads withMaxUnfinished(long octets) {
        return new Uploads(maxSize, maxAge, octets);
    }
}
