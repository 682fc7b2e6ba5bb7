package sluice.client;

import java.io.IOException;
import java.time.Duration;

/** How often the same is tried again without getting any further, and how long after. */
final class Retries {
    /** Together about 36 s: a server that is started anew is back by then. */
    static final int MOST = 8;

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** A server that wants to be left alone for longer is told so to the person who waits. */
    private static final long RETRY_AFTER_MAX = 60;

    private final Transfer.Listener listener;
    private final Transfer.Pause pause;
    private int failures;
    private long furthest;

    Retries(Transfer.Listener listener, Transfer.Pause pause) {
        this.listener = listener;
        this.pause = pause;
    }

    /** So far the transfer has come; further than ever begins the count anew. */
    void reached(long octets) {
        if (octets > furthest) {
            furthest = octets;
            failures = 0;
        }
    }

    /**
     * Waits a while.
     *
     * @param asked seconds that the server has asked to be left alone, or -1
     * @throws IOException when it has been tried often enough
     */
    void again(String why, long asked) throws IOException, InterruptedException {
        if (++failures > MOST) {
            throw new IOException("given up after " + MOST + " more tries: " + why);
        }
        if (asked > RETRY_AFTER_MAX) {
            throw new IOException(why + "; the server asks to come back in " + asked + " s");
        }
        Duration backOff = FIRST.multipliedBy(1L << (failures - 1));
        Duration longest = backOff.compareTo(LONGEST) < 0 ? backOff : LONGEST;
        Duration wait = asked > 0 ? Duration.ofSeconds(asked) : longest;
        listener.note("%s; trying again in %.1f s".formatted(why, wait.toMillis() / 1e3));
        pause.last(wait);
    }
}
