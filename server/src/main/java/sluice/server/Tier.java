package sluice.server;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Objects of a store as the files of a site, and the disk of this machine that keeps parts of them.
 *
 * @param origin the store, which whoever opened it closes, after the server
 * @param directory of the server's own: nobody else writes to it
 * @param most octets that the parts may take on disk, at any time
 * @param fresh how long the store is believed without being asked, unless the Cache-Control of an
 *     object says another time
 * @param stale how long after that an object is still sent while the store is being asked, or does
 *     not answer (RFC 5861)
 */
public record Tier(Origin origin, Path directory, long most, Duration fresh, Duration stale) {
    /** The unit that is fetched: at 30 ms to a store, 4 MiB are more than 100 MB/s. */
    public static final int BLOCK = 4 << 20;

    /** Fewer blocks would be taken from clients that still need them. */
    public static final long MOST_MIN = 8L * BLOCK;

    /** A minute, as caches in front of stores commonly have it. */
    public static final Duration FRESH = Duration.ofMinutes(1);

    /** An hour: long enough for somebody to repair a store. */
    public static final Duration STALE = Duration.ofHours(1);

    /**
     * @throws IllegalArgumentException if {@code most} is less than {@link #MOST_MIN}, or a time
     *     is negative
     */
    public Tier {
        if (most < MOST_MIN) {
            throw new IllegalArgumentException(
                    "a tier needs " + (MOST_MIN >> 20) + "M or more, not " + most + " bytes");
        }
        if (fresh.isNegative() || stale.isNegative()) {
            throw new IllegalArgumentException("a time is negative: " + fresh + ", " + stale);
        }
    }
}
