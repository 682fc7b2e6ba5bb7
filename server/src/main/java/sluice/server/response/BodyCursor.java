package sluice.server.response;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.SendQueue;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Adds a body to a queue piece by piece, as the queue has room. Loop thread only.
 */
public final class BodyCursor {
    private static final byte[] NO_DELIMITER = {};

    private final Body body;
    /** Number of octets not yet queued. */
    private long left;

    // In a body of parts: the current delimiter, and what comes before and after it.
    private byte[] delimiter = NO_DELIMITER;
    private int delimiterDone;
    private int part;
    private long partDone;

    // In a body of pieces: where they come from, the current one, and whether there is none now.
    private @Nullable Pieces pieces;
    private @Nullable BodyCursor piece;
    private boolean waiting;

    /** A cursor at the start of a body. */
    public BodyCursor(Body body) {
        this.body = body;
        left = body.length();
        if (body instanceof Body.Parts parts) {
            begin(parts);
        } else if (body instanceof Body.Pieced pieced) {
            pieces = pieced.pieces();
        }
    }

    private void begin(Body.Parts parts) {
        delimiter = parts.delimiter(part);
        delimiterDone = 0;
        partDone = 0;
    }

    /** Number of octets not yet queued. */
    public long left() {
        return left;
    }

    /**
     * Adds as many of the next octets as the queue has room for.
     *
     * @param most most octets to add
     * @return number of octets added
     */
    public long produce(SendQueue queue, long most) {
        long before = left;
        long end = before - Math.min(most, before);
        while (left > end) {
            long added = add(queue, left - end);
            if (added == 0) {
                break;
            }
            left -= added;
        }
        return before - left;
    }

    private long add(SendQueue queue, long most) {
        return switch (body) {
            case Body.Region region -> add(queue, region.content(), region.end() - left, most);
            case Body.Memory memory ->
                add(queue, memory.octets(), (int) (memory.length() - left), most);
            case Body.Parts parts -> add(queue, parts, most);
            case Body.Generated generated -> add(queue, generated, most);
            case Body.Pieced _ -> addPiece(queue, most);
        };
    }

    private static long add(SendQueue queue, Content content, long start, long most) {
        long length =
                content.inMemory() ? Math.min(most, queue.room()) : queue.takesRegion() ? most : 0;
        if (length > 0) {
            content.addTo(queue, start, length);
        }
        return length;
    }

    private static long add(SendQueue queue, byte[] octets, int from, long most) {
        int length = (int) Math.min(Math.min(most, queue.room()), octets.length - from);
        if (length > 0) {
            MemorySegment memory = queue.block().segment();
            MemorySegment.copy(octets, from, memory, JAVA_BYTE, queue.position(), length);
            queue.wrote(length);
        }
        return length;
    }

    private static long add(SendQueue queue, Body.Generated generated, long most) {
        int room = (int) Math.min(most, queue.room());
        if (room == 0) {
            return 0;
        }
        int written = generated.write(queue.block().segment(), queue.position(), room);
        if (written == 0) {
            throw new IllegalStateException("the body is shorter than its announced length");
        }
        queue.wrote(written);
        return written;
    }

    private long add(SendQueue queue, Body.Parts parts, long most) {
        if (delimiterDone < delimiter.length) {
            long added = add(queue, delimiter, delimiterDone, most);
            delimiterDone += (int) added;
            return added;
        }
        long rest = parts.ranges().length(part) - partDone;
        long start = parts.ranges().start(part) + partDone;
        long added = add(queue, parts.content(), start, Math.min(most, rest));
        partDone += added;
        if (added == rest) {
            part++;
            begin(parts);
        }
        return added;
    }

    private long addPiece(SendQueue queue, long most) {
        BodyCursor current = piece();
        if (current == null) {
            return 0;
        }
        long added = current.produce(queue, most);
        if (current.left() == 0) {
            endPiece();
        }
        return added;
    }

    /** The current piece, or null if it is not there. */
    private @Nullable BodyCursor piece() {
        if (piece == null) {
            Body next = Objects.requireNonNull(pieces, "of a body of pieces").next();
            waiting = next == null;
            piece = next == null ? null : new BodyCursor(next);
        }
        return piece;
    }

    /** Whether there is an octet to add; if not, {@link #isWaiting}. */
    public boolean hasNext() {
        return left > 0 && (pieces == null || piece() != null);
    }

    private void endPiece() {
        if (piece != null) {
            piece.body.release();
            piece = null;
        }
    }

    /** Whether the last {@link #produce} stopped because the next piece was not there. */
    public boolean isWaiting() {
        return waiting;
    }

    /** Waits for the next piece: as {@link Pieces#await}. */
    public @Nullable Counter await(Runnable ready) {
        return Objects.requireNonNull(pieces, "of a body of pieces").await(ready);
    }

    /** Nobody wants more of the body, which the caller releases. */
    public void close() {
        endPiece();
        if (pieces != null) {
            pieces.close();
        }
    }
}
