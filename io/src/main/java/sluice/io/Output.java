package sluice.io;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** What a connection sends next: borrows a queue from its loop while there is something to send. */
final class Output {
    private final EventLoop loop;
    private final Protocol protocol;
    private final Pool<SendQueue> queues;
    private final Counters counters;
    private final boolean copying;
    private @Nullable SendQueue queue;

    Output(EventLoop loop, Protocol protocol) {
        this.loop = loop;
        this.protocol = protocol;
        queues = loop.resources().queues();
        counters = loop.resources().counters();
        copying = loop.copy().copies();
    }

    boolean isEmpty() {
        return queue == null || queue.isEmpty();
    }

    /** Lets the protocol add what it has; false when there is no queue to be had. */
    boolean fill() {
        SendQueue filling = queue;
        if (filling == null) {
            if (!protocol.busy()) {
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

    /** The chunk to try to send now, in the turn that began at {@code now}. */
    Chunk head(long now) {
        Chunk head = borrowed().head();
        Tally tally = protocol.tally();
        switch (head) {
            case FileChunk region -> {
                region.triedInTurnOf(now);
                region.recordOn(loop);
                if (tally != null) {
                    region.countIn(tally);
                }
            }
            case MemoryChunk memory -> memory.countIn(tally);
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

    /** Takes note of bytes sent; false if a file that has now left whole changed meanwhile. */
    boolean advance(long sent) {
        count(borrowed().head(), sent);
        FileSource done = borrowed().advance(sent);
        if (done != null && isChanged(done)) {
            return false;
        }
        if (protocol.tally() != null) {
            protocol.sent();
        }
        return true;
    }

    private static boolean isChanged(FileSource released) {
        try {
            return !released.unchanged();
        } finally {
            released.release();
        }
    }

    private void count(Chunk chunk, long sent) {
        Tally tally = protocol.tally();
        if (chunk instanceof MemoryChunk) {
            counters.add(Counter.BYTES_FROM_MEMORY, sent);
            if (tally != null) {
                tally.memorySent(sent);
            }
        } else {
            counters.add(Counter.BYTES_FROM_FILES, sent);
            if (tally != null) {
                tally.fileSent(sent, !copying);
            }
            if (copying) {
                counters.add(Counter.BYTES_COPIED, sent);
            }
        }
    }

    /** Gives the queue back, dropping what has not left. */
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
