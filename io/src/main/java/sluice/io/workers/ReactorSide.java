package sluice.io.workers;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Connection;
import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Timers;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * The reactor's half of a connection whose protocol runs on a {@link Worker}: hands over what was
 * received, one block at a time, and sends what comes back. Reactor's thread only; the other half
 * is {@link WorkerTransport}.
 *
 * <pre>
 *   reactor                                 worker
 *   Connection - ReactorSide == bytes ==> WorkerTransport - Connection - Protocol
 *                            <= reports =
 * </pre>
 */
final class ReactorSide implements Protocol {
    /**
     * What the worker has to say at the end of a turn.
     *
     * @param answers things it was told of that it has seen to
     * @param taken whether the block of bytes was read and can be used again
     * @param wantsBytes whether it can use more
     * @param batch what to send
     * @param tellWhenSent whether it waits for that to have left
     * @param awaitReadable whether to wait for bytes without taking them
     * @param finish whether to close when all was sent
     * @param abort whether to tear the connection
     */
    record Report(
            int answers,
            boolean taken,
            boolean wantsBytes,
            @Nullable SendQueue batch,
            boolean tellWhenSent,
            boolean awaitReadable,
            boolean finish,
            boolean abort) {}

    private final EventLoop reactor;
    private final Worker worker;
    private final WorkerTransport far;
    private @Nullable Connection connection;
    private @Nullable Block handed;
    private @Nullable SendQueue batch;
    private int unanswered;
    private boolean wantsBytes;
    private boolean sending;
    private boolean tellWhenSent;
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
        tell(() -> far.opened(peer));
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
    public void readable() {
        tell(far::readable);
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
        } else if (sending && queue.isEmpty()) {
            sending = false;
            reportSent();
        }
    }

    private void reportSent() {
        if (tellWhenSent && !sending) {
            tellWhenSent = false;
            tell(far::batchSent);
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

    /** The lane knows the rest. */
    @Override
    public boolean isIdle() {
        return unanswered == 0 && batch == null && wantsBytes;
    }

    /** Kept on the worker, where the protocol is. */
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
            // It has ended, and with it the connection: nobody else lets go of the files in it.
            drop(unsent);
        }
    }

    private void apply(Report report) {
        unanswered -= report.answers();
        wantsBytes = report.wantsBytes();
        if (report.taken() && handed != null) {
            reactor.resources().blocks().give(handed);
            handed = null;
        }
        if (report.batch() != null) {
            batch = report.batch();
            sending = true;
        }
        if (closed) {
            dropBatch();
            return;
        }
        Connection mine = connection;
        if (mine == null) {
            // It could not be opened, and its end is on the way.
            return;
        }
        if (report.abort()) {
            mine.reset();
            return;
        }
        if (report.awaitReadable()) {
            mine.awaitReadable();
        }
        if (report.finish()) {
            mine.closeWhenSent();
        }
        tellWhenSent |= report.tellWhenSent();
        reportSent();
        mine.resume();
    }
}
