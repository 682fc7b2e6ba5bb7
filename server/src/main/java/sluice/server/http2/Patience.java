package sluice.server.http2;

/**
 * How much a client may ask for that costs it little and the server something. Each kind has an
 * allowance; what the client gets done gives some back, so that a busy client has as much as it
 * needs and one that does nothing else soon has none.
 */
final class Patience {
    /** SETTINGS, PINGs, priorities, windows and empty frames: CVE-2019-9512, -9515, -9518. */
    static final int FRAMES_MAX = 512;
    /** And so many per second. */
    static final int FRAMES_PER_SECOND = 128;
    /** A client that gets data says for each frame, stream and connection, that it has room. */
    static final int FRAMES_PER_DATA = 4;
    /** A browser says with each request how urgent it is, and again when that changes. */
    static final int FRAMES_PER_REQUEST = 4;

    /**
     * Streams that end unfinished, by the client (rapid reset, CVE-2023-44487) or by us for what
     * the client did (MadeYouReset, CVE-2025-8671). A browser that leaves a page resets what it has
     * open, and that is at most {@link Streams#CONCURRENT_MAX}.
     */
    static final int RESETS_MAX = 200;

    static final int RESETS_PER_SECOND = 10;

    /** Changes of the initial window, each of which goes over all streams. */
    static final int WINDOW_CHANGES_MAX = 8;

    static final int WINDOW_CHANGES_PER_SECOND = 1;

    private final Allowance frames;
    private final Allowance resets;
    private final Allowance windowChanges;

    Patience(long now) {
        frames = new Allowance(FRAMES_MAX, FRAMES_PER_SECOND, now);
        resets = new Allowance(RESETS_MAX, RESETS_PER_SECOND, now);
        windowChanges = new Allowance(WINDOW_CHANGES_MAX, WINDOW_CHANGES_PER_SECOND, now);
    }

    boolean takesFrame(long now) {
        return frames.spend(now);
    }

    boolean takesReset(long now) {
        return resets.spend(now);
    }

    boolean takesWindowChange(long now) {
        return windowChanges.spend(now);
    }

    void dataSent() {
        frames.earn(FRAMES_PER_DATA);
    }

    void requested() {
        frames.earn(FRAMES_PER_REQUEST);
    }

    void answered() {
        resets.earn(1);
    }
}
