package sluice.client;

import java.io.IOException;
import java.time.Duration;

/** Limits retries that make no progress, and waits longer before each. */
final class Retries {
    /** The waits add up to about 36 s: a server that restarts is back by then. */
    static final int MOST = 8;

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /**
     * Octets that count as progress: what a server sends in its first round trip (RFC 6928: ten
     * segments). If every connection brings less, the transfer would take for ever.
     */
    static final long PROGRESS_MIN = 14_600;
    /** Longest Retry-After in seconds that is waited for; a longer one is an error. */
    private static final long RETRY_AFTER_MAX = 60;

    private final Transfer.Listener listener;
    private final Transfer.Pause pause;
    private int failures;
    private long furthest;

    Retries(Transfer.Listener listener, Transfer.Pause pause) {
        this.listener = listener;
        this.pause = pause;
    }

    /** Reports progress: {@link #PROGRESS_MIN} further than at the last reset resets the count. */
    void reached(long octets) {
        if (octets - furthest >= PROGRESS_MIN) {
            furthest = octets;
            failures = 0;
        }
    }

    /**
     * Waits before the next retry.
     *
     * @param asked seconds of the server's Retry-After, or -1
     * @throws IOException if there were too many retries, or Retry-After is too long
     */
    void again(String why, long asked) throws IOException, InterruptedException {
        if (++failures > MOST) {
            throw new IOException("gave up after " + MOST + " retries: " + why);
        }
        if (asked > RETRY_AFTER_MAX) {
            throw new IOException(
                    why + "; the server asks to retry after " + asked + " s, try again then");
        }
        Duration backOff = FIRST.multipliedBy(1L << (failures - 1));
        Duration longest = backOff.compareTo(LONGEST) < 0 ? backOff : LONGEST;
        Duration wait = asked > 0 ? Duration.ofSeconds(asked) : longest;
        listener.note("%s; retrying in %.1f s".formatted(why, wait.toMillis() / 1e3));
        pause.last(wait);
    }
}
