package sluice.server;

import java.time.Duration;

/**
 * That clients may change files, all of them and without being asked who they are, and how far.
 * Linux with openat2(2) only, where the kernel keeps the bounds of the root.
 *
 * @param maxSize octets of one file; what the disk holds if {@link Long#MAX_VALUE}
 * @param maxAge how long an upload that can be resumed waits for that
 */
public record Uploads(long maxSize, Duration maxAge) {
    /** A day: a laptop that was closed in the evening goes on in the morning. */
    private static final Duration MAX_AGE = Duration.ofDays(1);
    /** What is left behind on a disk for longer than a year nobody comes back for. */
    private static final Duration MAX_AGE_MAX = Duration.ofDays(365);

    /**
     * @throws IllegalArgumentException for a size below 0, or an age below a second or above a year
     */
    public Uploads {
        if (maxSize < 0) {
            throw new IllegalArgumentException(
                    "the maximum size of an upload must be 0 or more, not " + maxSize);
        }
        if (maxAge.toSeconds() < 1 || maxAge.compareTo(MAX_AGE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the maximum age of an upload must be between 1 s and " + MAX_AGE_MAX.toDays()
                            + " days, not " + maxAge);
        }
    }

    /** Files as big as the disk holds, resumed within a day. */
    public static Uploads defaults() {
        return new Uploads(Long.MAX_VALUE, MAX_AGE);
    }

    /** The same with another bound on the octets of one file. */
    public Uploads withMaxSize(long octets) {
        return new Uploads(octets, maxAge);
    }

    /** The same with more or less patience for uploads that broke. */
    public Uploads withMaxAge(Duration age) {
        return new Uploads(maxSize, age);
    }
}
