package sluice.server;

import sluice.http.ByteRanges;
import sluice.http.Field;
import sluice.http.Multipart;
import sluice.http.Status;
import sluice.io.SendQueue;

/**
 * 206 with several ranges: multipart/byteranges, every part sent from the file by its copy path.
 */
final class PartsOfFile implements Answer {
    private final FileEntry entry;
    private final ByteRanges ranges;
    private final long boundary;
    private final byte[] lines;
    private boolean headProduced;
    private int next;

    PartsOfFile(FileEntry entry, ByteRanges ranges, long boundary, byte[] lines) {
        this.entry = entry;
        this.ranges = ranges;
        this.boundary = boundary;
        this.lines = lines;
    }

    @Override
    public boolean produce(SendQueue queue, Exchange exchange) {
        if (!headProduced) {
            if (queue.room() < LoopSite.HEAD_MAX) {
                return false;
            }
            produceHead(queue, exchange);
        }
        if (exchange.headOnly) {
            return true;
        }
        while (next < ranges.count()) {
            int need = LoopSite.HEAD_MAX + entry.roomFor(ranges.length(next));
            if (queue.room() < need || !queue.takesRegion()) {
                return false;
            }
            producePart(queue, exchange);
        }
        if (queue.room() < LoopSite.HEAD_MAX) {
            return false;
        }
        Multipart.writeEnd(exchange.site().write(queue), boundary);
        exchange.site().wrote(queue);
        return true;
    }

    private void produceHead(SendQueue queue, Exchange exchange) {
        byte[] type = entry.representation().type();
        exchange.site()
                .begin(queue, Status.PARTIAL_CONTENT)
                .multipart(boundary)
                .field(Field.CONTENT_LENGTH, Multipart.length(ranges, entry.size(), type))
                .lines(entry.representation().codingLine())
                .lines(entry.representation().validators())
                .lines(lines);
        exchange.site().end(queue, exchange, entry.inMemory(), fileBytes());
        headProduced = true;
    }

    private long fileBytes() {
        long sum = 0;
        for (int i = 0; i < ranges.count(); i++) {
            sum += ranges.length(i);
        }
        return sum;
    }

    private void producePart(SendQueue queue, Exchange exchange) {
        byte[] type = entry.representation().type();
        Multipart.writePartHead(
                exchange.site().write(queue), ranges, next, entry.size(), type, boundary);
        exchange.site().wrote(queue);
        entry.addTo(queue, ranges.start(next), ranges.length(next));
        next++;
    }

    @Override
    public int status() {
        return Status.PARTIAL_CONTENT;
    }

    @Override
    public void release() {
        entry.release();
    }
}
