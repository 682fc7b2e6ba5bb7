package sluice.io.workers;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.FileChunk;
import sluice.io.MemoryChunk;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Transport;

import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * The worker's half of a connection that a reactor serves: the verbs of the {@link Connection} that
 * lives on the worker with its protocol, timers and kept bytes. Bytes in memory are copied into a
 * batch and count as sent at once; a region of a file is lent to the reactor and has been sent when
 * the reactor says so. At the end of a turn the batch and all else goes to the {@link ReactorSide}
 * as one report. Worker's thread.
 */
final class WorkerTransport implements Transport {
    private static final int NOTHING = -1;
    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Worker worker;
    private final ReactorSide side;
    private final Supplier<Protocol> protocols;
    private @Nullable Connection connection;
    private @Nullable InetSocketAddress peer;
    private @Nullable Chunk sending;
    private @Nullable SendQueue batch;
    /** Bytes of {@link #sending} that have been sent, to be reported from the end of the turn. */
    private long sent = NOTHING;
    /** Bytes of a region that the reactor has. */
    private long lent;

    private boolean touched;
    private boolean exhausted;
    /** Whether the reactor has a batch that may not have left yet. */
    private boolean batchAway;

    private boolean connectionEnded;
    private boolean reactorClosed;

    // What the next report says
    private int answers;
    private boolean taken;
    private boolean receiving = true;
    private boolean tellWhenSent;
    private boolean awaitReadable;
    private boolean finish;
    private boolean abort;

    WorkerTransport(Worker worker, ReactorSide side, Supplier<Protocol> protocols) {
        this.worker = worker;
        this.side = side;
        this.protocols = protocols;
    }

    // What the reactor side tells

    void told(Runnable news) {
        answers++;
        touch();
        news.run();
    }

    private @Nullable Connection connection() {
        if (connection == null && !connectionEnded) {
            try {
                connection = new Connection(worker, this, protocols);
            } catch (Throwable mistake) {
                LOG.log(System.Logger.Level.ERROR, "no protocol for a connection", mistake);
                worker.resources().population().decrementAndGet();
                connectionEnded = true;
                abort = true;
            }
        }
        return connection;
    }

    void opened(@Nullable InetSocketAddress asked) {
        peer = asked;
        Connection made = connection();
        if (made != null) {
            made.opened();
        }
    }

    void failedToOpen(long outcome) {
        Connection made = connection();
        if (made != null) {
            made.failedToOpen(outcome);
        }
    }

    /** Bytes come only after what was sent before has left. */
    void received(Block block, int length) {
        taken = true;
        batchAway = false;
        if (connection != null) {
            connection.received(block, 0, length);
        }
    }

    void readable() {
        if (connection != null) {
            connection.readable();
        }
    }

    void drain() {
        if (connection != null) {
            connection.drain();
        }
    }

    void batchSent() {
        batchAway = false;
        if (lent > 0) {
            sent = lent;
            lent = 0;
        } else {
            push();
        }
    }

    /** The reactor's connection has ended, and nothing of ours is in its hands any more. */
    void reactorClosed() {
        reactorClosed = true;
        if (connection == null) {
            connection();
        }
        if (connection == null) {
            return;
        }
        if (connectionEnded) {
            connection.collected();
        } else {
            connection.end();
        }
    }

    // The verbs

    private void touch() {
        if (!touched) {
            touched = true;
            worker.touched(this);
        }
    }

    @Override
    public void receive(boolean on) {
        receiving = on;
        touch();
    }

    @Override
    public void awaitReadable() {
        awaitReadable = true;
        touch();
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        touch();
        push();
    }

    /** Puts what is being sent into the batch, as far as there is one and it has room. */
    private void push() {
        Chunk chunk = sending;
        if (chunk == null || connectionEnded) {
            return;
        }
        if (batchAway) {
            tellWhenSent = true;
            return;
        }
        SendQueue into = batch == null ? worker.batches().take() : batch;
        batch = into;
        if (into == null) {
            exhausted = true;
            return;
        }
        switch (chunk) {
            case MemoryChunk memory -> {
                int copied = memory.copyTo(into);
                sent = copied > 0 ? copied : NOTHING;
                tellWhenSent = copied == 0;
            }
            case FileChunk region -> {
                tellWhenSent = true;
                if (into.takesRegion() && region.source().retain()) {
                    lent = region.remaining();
                    into.add(region);
                }
            }
        }
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return peer;
    }

    @Override
    public void shutdownOutput() {
        finish = true;
        touch();
    }

    @Override
    public void abort() {
        abort = true;
        close();
    }

    /** The end is when the reactor, too, has ended. */
    @Override
    public void close() {
        connectionEnded = true;
        touch();
        if (reactorClosed && connection != null) {
            connection.collected();
        }
    }

    /** At the end of a turn. */
    void flush() {
        while (connection != null && !connectionEnded && (sent != NOTHING || exhausted)) {
            if (exhausted) {
                connection.abort(Counter.BUFFERS_EXHAUSTED);
            } else {
                long count = sent;
                sent = NOTHING;
                sending = null;
                connection.sent(count);
            }
        }
        touched = false;
        SendQueue filled = batch;
        batch = null;
        if (filled != null && filled.isEmpty()) {
            worker.batches().give(filled);
            filled = null;
        }
        batchAway |= filled != null;
        side.report(new ReactorSide.Report(
                answers, taken, receiving, filled, tellWhenSent, awaitReadable, finish, abort));
        answers = 0;
        taken = false;
        tellWhenSent = false;
        awaitReadable = false;
    }
}
