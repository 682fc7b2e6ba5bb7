package sluice.io;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Output of a connection: takes a queue from the loop's pool while there is output, and knows
 * whether the transport is sending a chunk of it.
 */
final class Output {
    /** Copy paths that keep nothing of a region after a try that failed. */
    private static final Set<CopyMode> OUTLIVED = EnumSet.of(CopyMode.DIRECT, CopyMode.SENDFILE);
    /** What is sent instead of a torn region, on all loops: nobody writes to it. */
    private static final Block ZEROS = new Block(Arena.global());

    private final EventLoop loop;
    private final Pool<SendQueue> queues;
    private final Counters counters;
    private final Cell cell;
    private @Nullable SendQueue queue;
    private boolean sending;
    private final LentPages lent;
    private final SendRate rate;

    Output(Connection connection, Transport transport) {
        loop = connection.loop();
        lent = new LentPages(connection, transport);
        rate = new SendRate(transport, loop.resources().limits().stall());
        queues = loop.resources().queues();
        counters = loop.resources().counters();
        cell = loop.cell();
    }

    boolean isEmpty() {
        return queue == null || queue.isEmpty();
    }

    /** Whether the transport has a chunk and has not reported the end of the send. */
    boolean isSending() {
        return sending;
    }

    /** Lets the protocol add output; false if no queue is free. */
    boolean fill(Protocol protocol) {
        SendQueue filling = queue;
        if (filling == null) {
            if (!protocol.hasOutput()) {
                return true;
            }
            filling = queues.take();
            if (filling == null) {
                return false;
            }
            queue = filling;
        }
        protocol.produce(filling);
        return true;
    }

    /** When the peer must have taken its share of what is sent. */
    long deadline() {
        return rate.deadline(loop.now());
    }

    /** Whether a deadline that was reached is of a peer that took its share: then it moves on. */
    boolean goesOn(Deadline reached) {
        if (!sending || !rate.goesOn(loop.now())) {
            return false;
        }
        reached.set(deadline());
        reached.watch();
        return true;
    }

    /** Returns the chunk to send now, in the turn that began at {@code now}. */
    Chunk begin(long now, @Nullable TransferMeter meter) {
        sending = true;
        Chunk head = borrowed().lend();
        switch (head) {
            case FileChunk region -> {
                region.triedInTurnOf(now);
                region.recordFor(loop.cell());
                if (meter != null) {
                    region.countIn(meter);
                }
            }
            case MemoryChunk memory -> {
                memory.countIn(meter);
                memory.joinedBy(joint(borrowed(), now));
            }
        }
        return head;
    }

    /**
     * What the head leaves with: a region behind it that is read and sent, and what follows. Not
     * where calls complete later: the buffer is of the whole loop, and next has other bytes in it.
     */
    private @Nullable Joint joint(SendQueue from, long now) {
        if (from.count() > 1
                && from.at(1) instanceof FileChunk region
                && cell.readsInTheCall()
                && Joint.takes(region, cell)) {
            region.triedInTurnOf(now);
            return from.joint(loop.resources().joining(), cell);
        }
        return null;
    }

    /** Whether another chunk follows the head. */
    boolean hasMore() {
        return borrowed().hasMore();
    }

    private SendQueue borrowed() {
        return Objects.requireNonNull(queue, "there is something to send");
    }

    /** The transport has reported the end of a send. */
    void sendEnded() {
        sending = false;
    }

    /**
     * Whether the connection goes on after a send has failed: if a file has changed, and the
     * protocol can tell so of the message that it is of. What is missing of the region is then sent
     * as zeros, because its length was announced.
     */
    boolean outlives(long failure, Protocol protocol) {
        return IoResult.isTorn(failure)
                && borrowed().head() instanceof FileChunk region
                && OUTLIVED.contains(region.copy(cell))
                && tells(region.owner(), protocol, IoResult.reason(failure))
                && borrowed().blankHead(ZEROS);
    }

    private boolean tells(@Nullable Object owner, Protocol protocol, Counter reason) {
        if (owner == null || !protocol.torn(owner)) {
            return false;
        }
        counters.add(reason, 1);
        return true;
    }

    /**
     * Counts sent bytes.
     *
     * @return false if a file was sent completely but changed meanwhile, and the protocol cannot
     *     tell so
     */
    boolean advance(long sent, Protocol protocol) {
        TransferMeter meter = protocol.meter();
        rate.accepted(sent);
        FileSource checked = null;
        long left = sent;
        do {
            Chunk head = borrowed().head();
            long part = Math.min(left, head.remaining());
            left -= part;
            Object owner = head instanceof FileChunk region ? region.owner() : null;
            boolean lends = switch (head) {
                case MemoryChunk _ -> countMemory(part, meter);
                case FileChunk region -> countFile(region, part, meter);
            };
            FileSource done = borrowed().advance(part);
            if (done == null) {
                continue;
            }
            if (done.equals(checked)) {
                // All bytes of this send were read before that check.
                done.release();
            } else if (isUnchanged(done, lends)) {
                checked = done;
            } else if (!tells(owner, protocol, Counter.FILE_CHANGED)) {
                return false;
            }
        } while (left > 0);
        if (meter != null) {
            protocol.sent();
        }
        return true;
    }

    private boolean isUnchanged(FileSource done, boolean lends) {
        boolean unchanged = false;
        try {
            unchanged = done.unchanged();
        } finally {
            if (unchanged && lends) {
                lent.keep(done);
            } else {
                done.release();
            }
        }
        return unchanged;
    }

    /** The peer has sent more, so it has what it was sent before. */
    void answered() {
        lent.drop();
    }

    /** Files of which the peer may lack a part. */
    LentPages lent() {
        return lent;
    }

    /** Counts bytes of memory; they are copied, so nothing is lent. */
    private boolean countMemory(long sent, @Nullable TransferMeter meter) {
        counters.add(Counter.BYTES_FROM_MEMORY, sent);
        if (meter != null) {
            meter.memorySent(sent);
        }
        return false;
    }

    /** Counts bytes of a file; true if its pages were lent to the socket. */
    private boolean countFile(FileChunk region, long sent, @Nullable TransferMeter meter) {
        CopyMode copy = region.copy(cell);
        counters.add(Counter.BYTES_FROM_FILES, sent);
        if (copy.copies()) {
            counters.add(Counter.BYTES_COPIED, sent);
        }
        if (meter != null) {
            meter.fileSent(sent, copy, region.isDetour(cell));
        }
        return !copy.copies();
    }

    /** Returns the queue to the pool and drops unsent output. */
    void drop() {
        rate.stop();
        if (queue != null) {
            SendQueue dropped = queue;
            queue = null;
            try {
                dropped.clear();
            } finally {
                queues.give(dropped);
            }
        }
    }

    /** The connection has ended: as {@link #drop}, and no file is watched any more. */
    void end() {
        lent.end();
        drop();
    }
}
