package sluice.server;

import sluice.http.Field;
import sluice.http.ResponseHead;
import sluice.http.Status;
import sluice.io.SendQueue;

/**
 * An answer about a file that is not the plain 200: one range (206), none of it (304, 412, 416), or
 * all of it with something more said (200).
 *
 * @param start the first byte
 * @param end the byte after the last
 * @param lines further field lines, each with CR LF
 */
record PartOfFile(FileEntry entry, int status, long start, long end, byte[] lines)
        implements Answer {
    @Override
    public boolean produce(SendQueue queue, Exchange exchange) {
        boolean sent = status < Status.MOVED_PERMANENTLY && !exchange.headOnly;
        long length = sent ? end - start : 0;
        if (queue.room() < LoopSite.HEAD_MAX + entry.roomFor(length) || !queue.takesRegion()) {
            return false;
        }
        ResponseHead head = exchange.site().begin(queue, status);
        Representation representation = entry.representation();
        switch (status) {
            case Status.PARTIAL_CONTENT ->
                head.field(Field.CONTENT_TYPE, representation.type())
                        .lines(representation.codingLine())
                        .field(Field.CONTENT_LENGTH, end - start)
                        .contentRange(start, end, entry.size());
            case Status.OK ->
                head.field(Field.CONTENT_TYPE, representation.type())
                        .lines(representation.codingLine())
                        .field(Field.CONTENT_LENGTH, entry.size())
                        .field(Field.ACCEPT_RANGES, "bytes");
            case Status.RANGE_NOT_SATISFIABLE ->
                head.unsatisfiedRange(entry.size()).field(Field.CONTENT_LENGTH, 0);
            case Status.PRECONDITION_FAILED -> head.field(Field.CONTENT_LENGTH, 0);
            default -> {}
        }
        head.lines(representation.validators()).lines(lines);
        exchange.site().end(queue, exchange, length == 0 || entry.inMemory(), length);
        if (length > 0) {
            entry.addTo(queue, start, length);
        }
        return true;
    }

    @Override
    public void release() {
        entry.release();
    }
}
