package sluice.server;

import sluice.http.Status;
import sluice.io.SendQueue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * 200 with a whole file, the hot path. A small file goes as one piece of memory, head and body; any
 * other as a head and a region of the file.
 */
final class WholeFile implements Answer {
    private final FileEntry entry;

    WholeFile(FileEntry entry) {
        this.entry = entry;
    }

    @Override
    public boolean produce(SendQueue queue, Exchange exchange) {
        byte[] head = entry.representation().head();
        byte[] end = exchange.site().headEnd(exchange);
        long size = exchange.headOnly ? 0 : entry.size();
        if (queue.room() < head.length + end.length + entry.roomFor(size) || !queue.takesRegion()) {
            return false;
        }
        MemorySegment memory = queue.block().segment();
        int at = queue.position();
        put(memory, at, head);
        put(memory, at + Representation.DATE_AT, exchange.site().date());
        put(memory, at + head.length, end);
        queue.wrote(head.length + end.length);
        exchange.headEnds(queue);
        if (size > 0) {
            entry.addTo(queue, 0, size);
        }
        return true;
    }

    private static void put(MemorySegment memory, int at, byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    @Override
    public int status() {
        return Status.OK;
    }

    @Override
    public void release() {
        entry.release();
    }
}
