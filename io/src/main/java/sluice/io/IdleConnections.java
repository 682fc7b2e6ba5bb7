package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The connections of one loop that could make room for others: one line of those that are {@link
 * Standing#IDLE} and one of those that are {@link Standing#STARTING}, the longest first. A change
 * of standing writes some links and allocates nothing. Loop thread only, except {@link #since}.
 */
public final class IdleConnections {
    private final Line idle = new Line();
    private final Line starting = new Line();

    /** The place of a connection in a line. */
    static final class Place {
        private final Connection connection;
        private final LoopResources resources;
        private Standing standing = Standing.BUSY;
        private long since;
        private @Nullable Place previous;
        private @Nullable Place next;
        /** Runs when the connection has ended; set when it is closed to make room. */
        private @Nullable Runnable whenGone;

        Place(Connection connection) {
            this.connection = connection;
            this.resources = connection.loop().resources();
        }

        /** The connection has ended, and its descriptor is free. */
        void gone() {
            if (whenGone != null) {
                whenGone.run();
            }
            resources.departed();
        }

        /** Moves the connection to the end of another line if its standing has changed. */
        void stand(Standing now) {
            if (now != standing) {
                resources.idle().move(this, now, resources.now());
            }
        }
    }

    private static final class Line {
        private @Nullable Place first;
        private @Nullable Place last;
        /** Since when the first one waits. Opaque: a plain store on the hot path. */
        private final AtomicLong since = new AtomicLong(Timers.NEVER);

        void add(Place place) {
            Place before = last;
            place.previous = before;
            last = place;
            if (before == null) {
                first = place;
                since.setOpaque(place.since);
            } else {
                before.next = place;
            }
        }

        void remove(Place place) {
            Place before = place.previous;
            Place after = place.next;
            place.previous = null;
            place.next = null;
            if (after == null) {
                last = before;
            } else {
                after.previous = before;
            }
            if (before == null) {
                first = after;
                since.setOpaque(after == null ? Timers.NEVER : after.since);
            } else {
                before.next = after;
            }
        }
    }

    IdleConnections() {}

    private @Nullable Line line(Standing standing) {
        return switch (standing) {
            case BUSY -> null;
            case STARTING -> starting;
            case IDLE -> idle;
        };
    }

    private void move(Place place, Standing standing, long now) {
        Line left = line(place.standing);
        if (left != null) {
            left.remove(place);
        }
        place.standing = standing;
        place.since = now;
        Line joined = line(standing);
        if (joined != null) {
            joined.add(place);
        }
    }

    /**
     * Since when the first one of a line waits, on the loop's clock; {@link Timers#NEVER} if there
     * is none. Any thread.
     */
    public long since(Standing standing) {
        Line line = line(standing);
        return line == null ? Timers.NEVER : line.since.getOpaque();
    }

    /** Whether no connection could make room. Any thread. */
    public boolean isEmpty() {
        return since(Standing.IDLE) == Timers.NEVER && since(Standing.STARTING) == Timers.NEVER;
    }

    /**
     * Closes the connection that has been waiting the longest; false if the line is empty.
     *
     * @param whenGone runs when its descriptor is free: a ring must cancel its operations before
     */
    public boolean closeFirst(Standing standing, Runnable whenGone) {
        Line line = line(standing);
        Place place = line == null ? null : line.first;
        if (place == null) {
            return false;
        }
        place.resources.counters().add(Counter.CLOSED_FOR_ROOM, 1);
        place.whenGone = whenGone;
        place.connection.end();
        return true;
    }
}
