package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * Output of a connection: takes a queue from the loop's pool while there is output, and knows
 * whether the transport is sending a chunk of it.
 */
final class Output {
    private final EventLoop loop;
    private final Pool<SendQueue> queues;
    private final Counters counters;
    private final CopyMode copy;
    private @Nullable SendQueue queue;
    private boolean sending;

    Output(EventLoop loop) {
        this.loop = loop;
        queues = loop.resources().queues();
        counters = loop.resources().counters();
        copy = loop.copy();
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
            case MemoryChunk memory -> memory.countIn(meter);
        }
        return head;
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

    /** Counts sent bytes; false if a file was sent completely but changed meanwhile. */
    boolean advance(long sent, @Nullable TransferMeter meter) {
        count(borrowed().head(), sent, meter);
        FileSource done = borrowed().advance(sent);
        return done == null || !isChanged(done);
    }

    private static boolean isChanged(FileSource released) {
        try {
            return !released.unchanged();
        } finally {
            released.release();
        }
    }

    private void count(Chunk chunk, long sent, @Nullable TransferMeter meter) {
        switch (chunk) {
            case MemoryChunk _ -> {
                counters.add(Counter.BYTES_FROM_MEMORY, sent);
                if (meter != null) {
                    meter.memorySent(sent);
                }
            }
            case FileChunk region -> countFile(region.isDetoured(copy), sent, meter);
        }
    }

    private void countFile(boolean detour, long sent, @Nullable TransferMeter meter) {
        counters.add(Counter.BYTES_FROM_FILES, sent);
        if (meter != null) {
            meter.fileSent(sent, copy, detour);
        }
        if (detour || copy.copies()) {
            counters.add(Counter.BYTES_COPIED, sent);
        }
    }

    /** Returns the queue to the pool and drops unsent output. */
    void drop() {
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
}
