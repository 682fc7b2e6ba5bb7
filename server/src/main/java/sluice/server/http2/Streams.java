package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.http.Priority;

import java.util.Arrays;

/** The open streams of a connection, and whose turn it is. */
final class Streams {
    /** Most at once: what RFC 9113 section 6.5.2 recommends at least, and browsers count on. */
    static final int CONCURRENT_MAX = 100;
    /** Numbers of streams that we reset and whose frames may still come. */
    private static final int RESET_KEPT = 64;

    private static final int FIRST_ROOM = 4;

    private @Nullable Http2Stream[] open = new Http2Stream[FIRST_ROOM];
    private int count;
    private final @Nullable Http2Stream[] spare = new Http2Stream[FIRST_ROOM];
    private int spares;
    private int[] resets = {};
    private int resetCount;
    private int last;
    private long turn;

    int count() {
        return count;
    }

    boolean isFull() {
        return count == CONCURRENT_MAX;
    }

    Http2Stream at(int place) {
        Http2Stream stream = open[place];
        if (stream == null) {
            throw new IndexOutOfBoundsException(place);
        }
        return stream;
    }

    /** The highest number that the client has used. */
    int last() {
        return last;
    }

    void used(int number) {
        last = number;
    }

    @Nullable
    Http2Stream find(int id) {
        for (int i = count - 1; i >= 0; i--) {
            Http2Stream stream = open[i];
            if (stream != null && stream.id == id) {
                return stream;
            }
        }
        return null;
    }

    /** Opens a stream. There is room for one. */
    Http2Stream open(int id, long window, long now) {
        Http2Stream stream = spares == 0 ? null : spare[--spares];
        if (stream == null) {
            stream = new Http2Stream();
        }
        if (count == open.length) {
            open = Arrays.copyOf(open, Math.min(2 * open.length, CONCURRENT_MAX));
        }
        open[count++] = stream;
        stream.begin(id, window, now);
        return stream;
    }

    /** Forgets a stream, which holds nothing any more. */
    void close(Http2Stream stream) {
        for (int i = 0; i < count; i++) {
            if (open[i] == stream) {
                open[i] = open[--count];
                open[count] = null;
                break;
            }
        }
        if (!stream.queued && spares < spare.length) {
            spare[spares++] = stream;
        }
    }

    /** We have reset this one, and the client may not know it yet. */
    void wasReset(int id) {
        if (resets.length == 0) {
            resets = new int[RESET_KEPT];
        }
        resets[resetCount++ & RESET_KEPT - 1] = id;
    }

    /** Whether frames on it are to be ignored, RFC 9113 section 5.1. */
    boolean wasResetByUs(int id) {
        for (int reset : resets) {
            if (reset == id) {
                return true;
            }
        }
        return false;
    }

    /**
     * The stream to serve now: of the most urgent ones the oldest, and those side by side with it
     * that the client can use a part of (RFC 9218 section 10).
     */
    @Nullable
    Http2Stream next(long connectionWindow, boolean queueIsEmpty) {
        int urgency = Priority.URGENCY_MAX + 1;
        Http2Stream whole = null;
        Http2Stream incremental = null;
        for (int i = 0; i < count; i++) {
            Http2Stream stream = at(i);
            int own = Priority.urgency(stream.priority);
            if (own > urgency || !isReady(stream, connectionWindow, queueIsEmpty)) {
                continue;
            }
            if (own < urgency) {
                urgency = own;
                whole = null;
                incremental = null;
            }
            if (!Priority.isIncremental(stream.priority)) {
                whole = whole == null || stream.id < whole.id ? stream : whole;
            } else if (incremental == null || stream.servedAt < incremental.servedAt) {
                incremental = stream;
            }
        }
        boolean takesWhole =
                incremental == null || whole != null && whole.servedAt <= incremental.servedAt;
        Http2Stream best = takesWhole ? whole : incremental;
        if (best != null) {
            best.servedAt = ++turn;
        }
        return best;
    }

    private static boolean isReady(Http2Stream stream, long window, boolean queueIsEmpty) {
        return switch (stream.phase) {
            case ANSWERING -> stream.informational != null;
            case ABANDONED -> false;
            case HEAD_DUE -> true;
            case SENDING -> !stream.waiting && Math.min(stream.window, window) > 0;
            case CHECKING -> queueIsEmpty || !stream.queued;
        };
    }

    /** Whether one could be served now. */
    boolean hasNext(long connectionWindow) {
        for (int i = 0; i < count; i++) {
            if (isReady(at(i), connectionWindow, true)) {
                return true;
            }
        }
        return false;
    }

    /** The queue is empty: what was in it has left, and was checked. */
    void allHaveLeft() {
        for (int i = 0; i < count; i++) {
            at(i).queued = false;
        }
    }
}
