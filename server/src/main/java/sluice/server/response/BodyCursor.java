package sluice.server.response;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import sluice.io.SendQueue;

import java.lang.foreign.MemorySegment;

/**
 * How far a body has been put into queues, piece by piece, as they have room. Loop thread only.
 */
public final class BodyCursor {
    private static final byte[] NO_DELIMITER = {};

    private final Body body;
    /** Octets that are still to come. */
    private long left;

    // In a body of parts: the delimiter that was begun last, and what is before and behind it.
    private byte[] delimiter = NO_DELIMITER;
    private int delimiterDone;
    private int part;
    private long partDone;

    /** At the beginning of a body. */
    public BodyCursor(Body body) {
        this.body = body;
        left = body.length();
        if (body instanceof Body.Parts parts) {
            begin(parts);
        }
    }

    private void begin(Body.Parts parts) {
        delimiter = parts.delimiter(part);
        delimiterDone = 0;
        partDone = 0;
    }

    /** Octets that are not in a queue yet. */
    public long left() {
        return left;
    }

    /**
     * Adds the next octets, as far as the queue has room.
     *
     * @param most no more than so many
     * @return how many
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
            throw new IllegalStateException("a body that is shorter than it promised");
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
}
