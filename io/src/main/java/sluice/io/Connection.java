package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One connection under every I/O model: joins a {@link Transport} to a {@link Protocol}. It keeps
 * bytes that cannot be used yet, sends what the protocol produces, watches the time, and ends the
 * connection by one rule: send what is due, say so (FIN), let the peer end its side, close; or,
 * when what was sent must not be taken for whole, RST.
 *
 * <pre>
 *   received -> protocol takes a message -> produce -> send ... sent -> produce -> ... -> idle
 * </pre>
 *
 * <p>A mistake in a protocol, whatever it throws, costs its own connection only. Loop thread.
 */
public final class Connection implements Transport.Owner {
    /** Bytes of an unfinished message that can be kept: its rest must come in the next receive. */
    public static final int UNFINISHED_MAX = Block.SIZE - Block.RECEIVE_SIZE;
    /** What a closing connection reads and drops, so that its last answer is not erased by RST. */
    private static final long LINGER_BYTES_MAX = 1 << 20;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final EventLoop loop;
    private final Consumer<Connection> atEnd;
    private final LoopResources resources;
    private final Transport transport;
    private final Protocol protocol;
    private final KeptBytes kept;
    private final Output output;
    private final Timer timer = new Timer(this::timerFired);
    private long deadline = Timers.NEVER;
    private long lingered;
    private boolean connecting;
    private boolean sending;
    private boolean receiving = true;
    private boolean awaitingReadable;
    private boolean inputEnded;
    private boolean closeWhenSent;
    private boolean lingering;
    private boolean closed;

    /** Joins them; nothing is told to the protocol before {@link #opened}. */
    public Connection(EventLoop loop, Transport transport, Supplier<Protocol> protocols) {
        this(loop, transport, protocols, _ -> {});
    }

    /** With somebody who wants to know when it is {@link #collected}. */
    public Connection(
            EventLoop loop,
            Transport transport,
            Supplier<Protocol> protocols,
            Consumer<Connection> atEnd) {
        this.atEnd = atEnd;
        this.loop = loop;
        this.resources = loop.resources();
        this.transport = transport;
        this.protocol = protocols.get();
        kept = new KeptBytes(resources.blocks());
        output = new Output(loop, protocol);
        resources.counters().add(Counter.CONNECTIONS_OPENED, 1);
    }

    /** The loop this connection lives on. */
    public EventLoop loop() {
        return loop;
    }

    /** The peer's address, or null where it is not known. A system call, and objects. */
    public @Nullable InetSocketAddress peer() {
        return transport.peer();
    }

    /** An answer that was waited for is there; the protocol goes on. */
    public void resume() {
        if (!closed && !lingering) {
            step(() -> {});
        }
    }

    /**
     * Stops receiving, and tells when bytes are in the socket and those that were received have
     * been offered: {@link Protocol#readable}, once.
     */
    public void awaitReadable() {
        awaitingReadable = true;
        pause();
        transport.awaitReadable();
    }

    /** For what takes bytes in {@link Protocol#readable}; the end is told by a receive after it. */
    Transport transport() {
        return transport;
    }

    /** Ends the connection after what was produced has been sent. */
    public void closeWhenSent() {
        closeWhenSent = true;
    }

    /** Tears the connection, so that the peer takes nothing it got for whole. */
    public void abort(Counter reason) {
        if (!closed) {
            resources.counters().add(reason, 1);
            tear();
        }
    }

    /** The same for somebody who has counted it. */
    public void tear() {
        if (!closed) {
            closed = true;
            transport.abort();
        }
    }

    // What a transport reports; after the end nothing of it counts

    /** A connect is under way; what limits a stalled answer limits it too. */
    public void connecting() {
        connecting = true;
        deadline = loop.now() + resources.limits().stall().toNanos();
        watch();
    }

    @Override
    public void opened() {
        if (!closed) {
            connecting = false;
            step(() -> protocol.opened(this));
        }
    }

    @Override
    public void failedToOpen(long outcome) {
        if (!closed) {
            step(() -> {
                protocol.failedToOpen(outcome);
                abort(Counter.FAILED_TO_OPEN);
            });
        }
    }

    @Override
    public void readable() {
        if (!closed && awaitingReadable && !sending) {
            awaitingReadable = false;
            step(protocol::readable);
        }
    }

    @Override
    public void received(Block bytes, int from, int to) {
        if (closed) {
            return;
        }
        if (lingering) {
            lingered += to - from;
            if (lingered > LINGER_BYTES_MAX) {
                end();
            }
            return;
        }
        try {
            int taken = kept.isEmpty() ? feed(bytes, from, to) : from;
            if (taken < to && !closed && !closeWhenSent && !kept.add(bytes, taken, to)) {
                abort(Counter.BUFFERS_EXHAUSTED);
            }
            settle();
        } catch (Throwable mistake) {
            torn(mistake);
        }
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
        if (lingering) {
            end();
        }
        resume();
    }

    @Override
    public void sent(long result) {
        sending = false;
        if (closed) {
            return;
        }
        if (result < 0) {
            failed(result);
            return;
        }
        try {
            if (output.advance(result)) {
                settle();
            } else {
                abort(Counter.FILE_CHANGED);
            }
        } catch (Throwable mistake) {
            torn(mistake);
        }
    }

    @Override
    public void failed(long result) {
        Counter reason = Outcome.reason(result);
        if (!closed && reason == Counter.FAILED) {
            LOG.log(System.Logger.Level.WARNING, "connection torn: " + Outcome.describe(result));
        }
        abort(reason);
    }

    public void drain() {
        if (!closed && !lingering && !connecting) {
            step(protocol::drain);
        }
    }

    private void step(Runnable protocolStep) {
        try {
            protocolStep.run();
            settle();
        } catch (Throwable mistake) {
            torn(mistake);
        }
    }

    private void torn(Throwable mistake) {
        LOG.log(System.Logger.Level.ERROR, "connection torn by an error of ours", mistake);
        abort(Counter.FAILED);
    }

    /** Whether a drain may interrupt: nothing of a message has come, and no answer is due. */
    public boolean isIdle() {
        return lingering
                || kept.isEmpty() && !sending && !protocol.busy() && !protocol.expectsMore();
    }

    /** Gives bytes to the protocol, message by message; returns where it stopped taking. */
    private int feed(Block bytes, int from, int to) {
        int at = from;
        while (at < to && !sending && !closeWhenSent && !closed) {
            int taken = protocol.received(bytes, at, to);
            at += taken;
            if (taken == 0 || !produce()) {
                break;
            }
        }
        return at;
    }

    /** Lets the protocol add what it has to send; false when that is not possible. */
    private boolean produce() {
        if (!closed && !output.fill()) {
            abort(Counter.BUFFERS_EXHAUSTED);
        }
        return !closed;
    }

    /** Does whatever can be done now: send, take kept bytes, wait, or end. */
    private void settle() {
        while (!closed && !sending) {
            if (output.isEmpty() && !produce()) {
                return;
            }
            if (!output.isEmpty()) {
                sending = true;
                deadline = loop.now() + resources.limits().stall().toNanos();
                transport.send(output.head(loop.now()), output.hasMore());
                break;
            }
            output.drop();
            if (feedKept()) {
                continue;
            }
            if (closeWhenSent || inputEnded && !protocol.busy()) {
                finish();
                return;
            }
            deadline = protocol.busy() ? Timers.NEVER : protocol.inputDeadline();
            break;
        }
        if (!closed) {
            receiveOrPause();
            watch();
        }
    }

    private boolean feedKept() {
        if (kept.isEmpty() || closeWhenSent || protocol.busy()) {
            return false;
        }
        int from = kept.from();
        int at = feed(kept.block(), from, kept.to());
        if (!closed) {
            kept.usedTo(at);
        }
        return closed || at > from;
    }

    /**
     * Receives only while the next bytes are of use: who sends ahead while an answer is under way
     * is slowed by TCP, and holds no buffer of ours.
     */
    private void receiveOrPause() {
        if (inputEnded) {
            return;
        }
        boolean full = awaitingReadable || protocol.busy() || !kept.hasRoom();
        if (sending || full && !lingering) {
            pause();
            if (awaitingReadable && !sending) {
                transport.awaitReadable();
            }
        } else if (!receiving) {
            receiving = true;
            transport.receive(true);
        }
    }

    private void pause() {
        if (receiving) {
            receiving = false;
            transport.receive(false);
        }
    }

    /** When the wait that goes on is to end, on the loop's clock. */
    public long deadline() {
        return deadline;
    }

    /** For loops that wait without looking at the wheel. */
    public void expireIfLate() {
        if (loop.now() >= deadline) {
            timerFired();
        }
    }

    /** Moves the timer only when it would fire too late: moving it on every request costs more. */
    private void watch() {
        if (deadline != Timers.NEVER && (!timer.isScheduled() || deadline < timer.deadline())) {
            resources.timers().schedule(timer, deadline);
        }
    }

    private void timerFired() {
        if (closed) {
            return;
        }
        if (loop.now() < deadline) {
            watch();
        } else if (connecting) {
            failedToOpen(-Errno.ETIMEDOUT);
        } else if (sending) {
            abort(Counter.STALLED);
        } else if (lingering) {
            end();
        } else {
            resources.counters().add(Counter.EXPIRED, 1);
            closeWhenSent = true;
            step(protocol::expired);
        }
    }

    /** All was sent: FIN, then wait for the peer's, dropping what still comes (RFC 9112 9.6). */
    private void finish() {
        if (inputEnded) {
            end();
            return;
        }
        lingering = true;
        kept.drop();
        transport.shutdownOutput();
        awaitingReadable = false;
        receiveOrPause();
        deadline = loop.now() + resources.limits().linger().toNanos();
        watch();
    }

    /** Closes it as it is. */
    public void end() {
        if (!closed) {
            closed = true;
            transport.close();
        }
    }

    @Override
    public void collected() {
        atEnd.accept(this);
        resources.timers().cancel(timer);
        kept.drop();
        try {
            output.drop();
            protocol.closed();
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "an error of ours at the end", mistake);
        }
        resources.counters().add(Counter.CONNECTIONS_CLOSED, 1);
        resources.population().decrementAndGet();
    }
}
