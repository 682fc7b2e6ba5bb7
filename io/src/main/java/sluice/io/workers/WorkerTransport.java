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
import sluice.io.loop.InputMode;

import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * The worker's half of a connection that a reactor serves: the verbs of the {@link Connection} that
 * lives on the worker with its protocol, timers and kept bytes. Bytes in memory are copied into a
 * batch and count as sent at once; a region of a file is lent to the reactor and has been sent when
 * the reactor says so. At the end of a turn the batch and all else goes to the {@link ReactorSide}
 * as one report. Worker's thread.
 *
 * <p>The connection here and that on the reactor end in either order:
 *
 * <pre>
 *   NEW --> OPEN --this one ends------> CLOSED ---the reactor's ends---> COLLECTED
 *             \                                                          ^
 *              +--the reactor's ends--> REACTOR_CLOSED --this one ends---+
 * </pre>
 *
 * <p>One chunk is sent at a time:
 *
 * <pre>
 *   IDLE --send--> SENT, if bytes were copied; the connection is told at the end of the turn
 *                  LENT, if the batch has the region --the batch has left--> SENT
 *                  WAITING, if it has no room --the batch has left--> tried again
 *                  EXHAUSTED, if no batch is left: the connection ends
 * </pre>
 */
final class WorkerTransport implements Transport {
    /** How far the connection here and that on the reactor are. */
    private enum Phase {
        /** The connection here is made when it is first told something. */
        NEW,
        /** Both stand, as far as is known here. */
        OPEN,
        /** This one has ended. */
        CLOSED,
        /** The reactor's has ended; this one ends now. */
        REACTOR_CLOSED,
        /** Both have ended. */
        COLLECTED;

        /** Whether the connection here has ended: nothing is told to it but that. */
        boolean isClosed() {
            return this == CLOSED || this == COLLECTED;
        }
    }

    /** What becomes of {@link #sending}. */
    private enum OutputPhase {
        /** There is nothing to send. */
        IDLE,
        /** It waits until the reactor's batch has left. */
        WAITING,
        /** {@link #count} bytes of it, a region, are the reactor's until the batch has left. */
        LENT,
        /** {@link #count} bytes of it have been sent. */
        SENT,
        /** There was no batch for it. */
        EXHAUSTED
    }

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final Worker worker;
    private final ReactorSide side;
    private final Supplier<Protocol> protocols;
    private @Nullable Connection connection;
    private @Nullable InetSocketAddress peer;
    private @Nullable String agreed;
    private Phase phase = Phase.NEW;
    private OutputPhase output = OutputPhase.IDLE;
    private @Nullable Chunk sending;
    private long count;
    /** What is filled in this turn, if anything. */
    private @Nullable SendQueue batch;
    /** Whether the reactor has a batch that may not have left yet; meanwhile none is filled. */
    private boolean batchAway;
    /** Whether the worker's list has this, so that {@link #flush} follows. */
    private boolean touched;

    // What the next report says
    private InputMode input = InputMode.RECEIVING;
    private ReactorSide.Ending ending = ReactorSide.Ending.NONE;
    private int answers;
    /** An event, and no phase: it is reported once. */
    private boolean taken;
    /** A question that is asked once, when {@link #output} begins to wait for the batch. */
    private boolean tellWhenSent;

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
        if (phase == Phase.NEW) {
            try {
                connection = new Connection(worker, this, protocols);
                phase = Phase.OPEN;
            } catch (Throwable mistake) {
                LOG.log(System.Logger.Level.ERROR, "cannot create a protocol", mistake);
                worker.resources().population().decrementAndGet();
                phase = Phase.CLOSED;
                ending = ReactorSide.Ending.RESET;
            }
        }
        return connection;
    }

    void opened(@Nullable InetSocketAddress asked, @Nullable String name) {
        peer = asked;
        agreed = name;
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

    void drain() {
        if (connection != null) {
            connection.drain();
        }
    }

    void batchSent() {
        batchAway = false;
        if (output == OutputPhase.LENT) {
            output(OutputPhase.SENT);
        } else {
            push();
        }
    }

    /** The reactor's connection has ended, and nothing of ours is in its hands any more. */
    void reactorClosed() {
        Connection made = connection();
        if (phase == Phase.CLOSED) {
            phase = Phase.COLLECTED;
            if (made != null) {
                made.collected();
            }
        } else if (phase == Phase.OPEN && made != null) {
            phase = Phase.REACTOR_CLOSED;
            made.end();
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
        input = InputMode.after(on);
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
        if (chunk == null || phase.isClosed()) {
            return;
        }
        if (batchAway) {
            output(OutputPhase.WAITING);
            return;
        }
        SendQueue into = batch == null ? worker.batches().take() : batch;
        batch = into;
        output(into == null ? OutputPhase.EXHAUSTED : add(chunk, into));
    }

    private OutputPhase add(Chunk chunk, SendQueue into) {
        switch (chunk) {
            case MemoryChunk memory -> {
                count = memory.copyTo(into);
                return count > 0 ? OutputPhase.SENT : OutputPhase.WAITING;
            }
            case FileChunk region -> {
                if (!into.takesRegion() || !region.source().retain()) {
                    return OutputPhase.WAITING;
                }
                count = region.remaining();
                into.add(region);
                return OutputPhase.LENT;
            }
        }
    }

    private void output(OutputPhase next) {
        output = next;
        tellWhenSent = next == OutputPhase.WAITING || next == OutputPhase.LENT;
    }

    /** The reactor's connection looks after pages that were lent. */
    @Override
    public long unacknowledged() {
        return 0;
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return peer;
    }

    @Override
    public @Nullable String agreed() {
        return agreed;
    }

    @Override
    public void shutdownOutput() {
        ending = ReactorSide.Ending.WHEN_SENT;
        touch();
    }

    @Override
    public void abort() {
        ending = ReactorSide.Ending.RESET;
        close();
    }

    /** The end is when the reactor, too, has ended. */
    @Override
    public void close() {
        touch();
        if (phase == Phase.OPEN) {
            phase = Phase.CLOSED;
            if (ending == ReactorSide.Ending.NONE) {
                ending = ReactorSide.Ending.MAKE_ROOM;
            }
        } else if (phase == Phase.REACTOR_CLOSED && connection != null) {
            phase = Phase.COLLECTED;
            connection.collected();
        }
    }

    /** At the end of a turn. */
    void flush() {
        tellSent();
        touched = false;
        SendQueue filled = batch;
        batch = null;
        if (filled != null && filled.isEmpty()) {
            worker.batches().give(filled);
            filled = null;
        }
        batchAway |= filled != null;
        side.report(new ReactorSide.Report(answers, taken, input, filled, tellWhenSent, ending));
        answers = 0;
        taken = false;
        tellWhenSent = false;
    }

    /** Tells the connection of what was sent, and so on while it has more that is sent at once. */
    private void tellSent() {
        while (connection != null && !phase.isClosed()) {
            switch (output) {
                case SENT -> {
                    sending = null;
                    output(OutputPhase.IDLE);
                    connection.sent(count);
                }
                case EXHAUSTED -> connection.abort(Counter.BUFFERS_EXHAUSTED);
                case IDLE, WAITING, LENT -> {
                    return;
                }
            }
        }
    }
}
