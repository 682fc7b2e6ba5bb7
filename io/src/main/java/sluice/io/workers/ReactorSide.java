package sluice.io.workers;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Timers;
import sluice.io.loop.InputMode;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * The reactor's half of a connection whose protocol runs on a {@link Worker}: hands received bytes
 * to the worker, one block at a time, and sends the batches that the worker fills. Reactor's thread
 * only; the other half is {@link WorkerTransport}.
 *
 * <pre>
 *   reactor                                 worker
 *   Connection - ReactorSide == bytes ==> WorkerTransport - Connection - Protocol
 *                            <= reports =
 * </pre>
 */
final class ReactorSide implements Protocol {
    /** How the worker wants the connection to end. */
    enum Ending {
        /** Not at all for now. */
        NONE,
        /** When all was sent. */
        WHEN_SENT,
        /** At once if nothing is on its way, else when all was sent. */
        MAKE_ROOM,
        /** At once, with RST. */
        RESET
    }

    /**
     * What becomes of the worker's batches.
     *
     * <pre>
     *   IDLE --batch--> SENDING --the worker asks to be told--> SENDING_THEN_TELL
     *    ^                 |                                           |
     *    +---- has left ---+------------ has left, and is told --------+
     * </pre>
     */
    private enum OutputPhase {
        /** All of them have left. */
        IDLE,
        /** One is here, or with the connection. */
        SENDING,
        /** As sending, and the worker waits for its end. */
        SENDING_THEN_TELL
    }

    /**
     * What the worker reports at the end of a turn.
     *
     * @param answers events of the reactor that it has handled
     * @param taken whether it has read the block of bytes, so that the reactor can use it again
     * @param input what it wants of the peer's bytes: to receive, or none for now
     * @param batch what to send
     * @param tellWhenSent whether it waits until all batches have left; it asks once
     * @param ending how the connection is to end
     */
    record Report(
            int answers,
            boolean taken,
            InputMode input,
            @Nullable SendQueue batch,
            boolean tellWhenSent,
            Ending ending) {}

    private final EventLoop reactor;
    private final Worker worker;
    private final WorkerTransport far;
    private @Nullable Connection connection;
    private @Nullable Block handed;
    private @Nullable SendQueue batch;
    private int unanswered;
    private InputMode input = InputMode.PAUSED;
    private OutputPhase output = OutputPhase.IDLE;
    /** The reactor's connection has ended; it has begun when {@link #connection} is set. */
    private boolean closed;

    /** The worker has admitted one more. */
    ReactorSide(EventLoop reactor, Worker worker, Supplier<Protocol> protocols) {
        this.reactor = reactor;
        this.worker = worker;
        far = new WorkerTransport(worker, this, protocols);
    }

    private void tell(Runnable news) {
        unanswered++;
        worker.post(() -> far.told(news));
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        InetSocketAddress peer = worker.wantsPeers() ? opened.peer() : null;
        String agreed = opened.agreed();
        tell(() -> far.opened(peer, agreed));
    }

    @Override
    public void failedToOpen(long outcome) {
        tell(() -> far.failedToOpen(outcome));
    }

    @Override
    public int received(Block bytes, int from, int to) {
        Block block = reactor.resources().blocks().take();
        if (block == null) {
            return 0;
        }
        // Half a block: the worker's connection has room for as much behind what it keeps.
        int length = Math.min(to - from, Block.RECEIVE_SIZE);
        MemorySegment.copy(bytes.segment(), from, block.segment(), 0, length);
        handed = block;
        tell(() -> far.received(block, length));
        return length;
    }

    @Override
    public void produce(SendQueue queue) {
        SendQueue filled = batch;
        if (filled != null) {
            filled.moveTo(queue);
            if (filled.isEmpty()) {
                batch = null;
                worker.batches().give(filled);
            }
        } else if (output != OutputPhase.IDLE && queue.isEmpty()) {
            batchSent();
        }
    }

    private void batchSent() {
        boolean tells = output == OutputPhase.SENDING_THEN_TELL;
        output = OutputPhase.IDLE;
        if (tells) {
            tell(far::batchSent);
        }
    }

    private void tellWhenSent() {
        if (output == OutputPhase.IDLE) {
            tell(far::batchSent);
        } else {
            output = OutputPhase.SENDING_THEN_TELL;
        }
    }

    @Override
    public boolean hasOutput() {
        return batch != null;
    }

    @Override
    public boolean wantsInput() {
        return isIdle() && !(connection != null && connection.isSending());
    }

    /** The worker knows the rest. */
    @Override
    public boolean isIdle() {
        return unanswered == 0 && batch == null && input == InputMode.RECEIVING;
    }

    /** The worker's connection keeps it, because the protocol is there. */
    @Override
    public long inputDeadline() {
        return Timers.NEVER;
    }

    @Override
    public void expired() {}

    @Override
    public void drain() {
        tell(far::drain);
    }

    @Override
    public void closed() {
        closed = true;
        dropBatch();
        worker.post(far::reactorClosed);
    }

    private void dropBatch() {
        if (batch != null) {
            drop(batch);
            batch = null;
        }
    }

    private void drop(SendQueue unsent) {
        unsent.clear();
        worker.batches().give(unsent);
    }

    /** From the worker, any thread. */
    void report(Report report) {
        SendQueue unsent = report.batch();
        if (!reactor.post(() -> apply(report)) && unsent != null) {
            // The reactor has ended: nobody else releases the files in the batch.
            drop(unsent);
        }
    }

    private void apply(Report report) {
        unanswered -= report.answers();
        input = report.input();
        if (report.taken() && handed != null) {
            reactor.resources().blocks().give(handed);
            handed = null;
        }
        if (report.batch() != null) {
            batch = report.batch();
            output = output == OutputPhase.IDLE ? OutputPhase.SENDING : output;
        }
        if (closed) {
            dropBatch();
            return;
        }
        Connection mine = connection;
        if (mine == null) {
            // The connect failed, and the worker will be told that the connection is closed.
            return;
        }
        if (report.ending() == Ending.RESET) {
            mine.reset();
            return;
        }
        if (report.ending() == Ending.MAKE_ROOM && mine.isIdle()) {
            mine.end();
            return;
        }
        if (report.ending() == Ending.WHEN_SENT || report.ending() == Ending.MAKE_ROOM) {
            mine.closeWhenSent();
        }
        if (report.tellWhenSent()) {
            tellWhenSent();
        }
        mine.resume();
    }
}
