package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.SendQueue;
import sluice.server.response.Body;
import sluice.server.response.BodyCursor;

/** How much of a stream's body is queued. A region, as most bodies are, needs no other object. */
final class StreamBody {
    private Body body = Body.NONE;
    private @Nullable BodyCursor cursor;
    private long left;

    void begin(Body begun) {
        body = begun;
        left = begun.length();
        cursor = begun instanceof Body.Region ? null : new BodyCursor(begun);
    }

    /** Octets that are not queued yet. */
    long left() {
        return left;
    }

    boolean inMemory() {
        return body.inMemory();
    }

    /** Whether an octet can be queued now; if not, though some are left, {@link #await}. */
    boolean hasNext() {
        return cursor == null ? left > 0 : cursor.hasNext();
    }

    /** Adds the next octets to a queue that has room for one, or takes a region. */
    long produce(SendQueue queue, long most) {
        long added;
        if (cursor != null) {
            added = cursor.produce(queue, most);
        } else if (body instanceof Body.Region region) {
            added = Math.min(most, left);
            if (region.inMemory()) {
                added = Math.min(added, queue.room());
            }
            region.content().addTo(queue, region.end() - left, added);
        } else {
            return 0;
        }
        left -= added;
        return added;
    }

    /** As {@link BodyCursor#await}. */
    @Nullable
    Counter await(Runnable ready) {
        return cursor == null ? null : cursor.await(ready);
    }

    void close() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
        body = Body.NONE;
        left = 0;
    }
}
