package sluice.io;

import org.jspecify.annotations.Nullable;

/**
 * Memory at the head of a queue that leaves in one send with the regions and the memory behind it,
 * where regions are read and sent anyway: the head of a frame and its payload, several times over.
 * So they take one call instead of two for each, and one record of TLS.
 */
final class Joint {
    /** Four records of TLS, or the payload of a large segment (GSO). */
    static final int SIZE = 64 << 10;

    private final SendQueue queue;
    private final Block buffer;
    private final Cell cell;

    /** Joins chunks of that queue; the buffer is used during a try only. */
    Joint(SendQueue queue, Block buffer, Cell cell) {
        this.queue = queue;
        this.buffer = buffer;
        this.cell = cell;
    }

    /** Whether a region may be read to a buffer: if that is how it is sent. */
    static boolean takes(FileChunk region, Cell cell) {
        return region.copy(cell) == CopyMode.DIRECT;
    }

    /**
     * One try to send, as {@link Chunk#sendTo} of the head. Only what the buffer has no room for is
     * announced as more: after MSG_MORE the kernel holds a short segment back for 200 ms (tcp(7)).
     */
    long send(Socket socket, CopyPath path, @Nullable TransferMeter meter) {
        int held = socket.heldOutput();
        if (held > 0) {
            if (queue.at(1) instanceof FileChunk region) {
                region.doubt();
            }
            return socket.send(buffer, 0, held, true);
        }
        int filled = fill(path, meter);
        return socket.send(buffer, 0, filled, filled < queue.remaining());
    }

    /** As far as there is room, and to the first region that cannot be read now. */
    private int fill(CopyPath path, @Nullable TransferMeter meter) {
        int filled = 0;
        for (int i = 0; i < queue.count(); i++) {
            long added = add(queue.at(i), filled, path, meter);
            filled += (int) Math.max(0, added);
            if (added < queue.at(i).remaining() || filled == buffer.size()) {
                break;
            }
        }
        return filled;
    }

    private long add(Chunk chunk, int at, CopyPath path, @Nullable TransferMeter meter) {
        return switch (chunk) {
            case MemoryChunk memory -> memory.copyInto(buffer, at);
            case FileChunk region -> {
                if (!takes(region, cell)) {
                    yield 0;
                }
                region.recordFor(cell);
                if (meter != null) {
                    region.countIn(meter);
                }
                yield region.readInto(buffer, at, path);
            }
        };
    }
}
