package sluice.server;

import sluice.io.Block;
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
        byte[] body = exchange.headOnly ? null : entry.body();
        boolean region = body == null && !exchange.headOnly;
        byte[] end = exchange.site().headEnd(exchange);
        int need = head.length + end.length + (body == null ? 0 : body.length);
        if (queue.room() < need || region && !queue.takesRegion()) {
            return false;
        }
        MemorySegment memory = queue.block().segment();
        int at = queue.position();
        at = put(memory, at, head);
        put(memory, queue.position() + Representation.DATE_AT, exchange.site().date());
        at = put(memory, at, end);
        if (body != null) {
            put(memory, at, body);
        }
        queue.wrote(need);
        if (region && entry.retain()) {
            queue.add(entry, 0, entry.size());
        }
        return true;
    }

    private static int put(MemorySegment memory, int at, byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
        return at + bytes.length;
    }

    @Override
    public void release() {
        entry.release();
    }

    /** Room that a head may need beside a small body, in the block both are sent from. */
    static final int BODY_MAX = Block.SIZE / 2;
}
