package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * One connection under every I/O model: connects a {@link Transport} to a {@link Protocol}. It
 * keeps bytes that the protocol cannot use yet, sends what it produces and enforces time limits. It
 * closes in order (all output, FIN, the peer's FIN, close), or with RST, so that no partial
 * response passes for complete. An exception of a protocol ends only this. Loop thread only.
 */
public final class Connection implements Transport.Owner {
    /** Most bytes of an unfinished message to keep: the next receive must complete it. */
    public static final int UNFINISHED_MAX = Block.SIZE - Block.RECEIVE_SIZE;

    private static final System.Logger LOG = System.getLogger("sluice.io");

    private final EventLoop loop;
    private final Supplier<Protocol> protocols;
    private final LoopResources resources;
    private final Transport transport;
    private final Input input;
    private final Output output;
    private final Deadline deadline;
    private final IdleConnections.Place place;
    private @Nullable Protocol chosen;
    private @Nullable InetSocketAddress announced;
    private ConnectionPhase phase = ConnectionPhase.OPEN;

    /** Gets the protocol when the connection opens, or a connect starts. */
    public Connection(EventLoop loop, Transport transport, Supplier<Protocol> protocols) {
        this.loop = loop;
        this.transport = transport;
        this.protocols = protocols;
        resources = loop.resources();
        input = new Input(transport, resources.blocks());
        output = new Output(this, transport);
        deadline = new Deadline(this);
        place = new IdleConnections.Place(this);
        resources.counters().add(Counter.CONNECTIONS_OPENED, 1);
    }

    private Protocol protocol() {
        if (chosen == null) {
            chosen = ProtocolChoice.choose(protocols, transport.agreed());
        }
        return chosen;
    }

    public EventLoop loop() {
        return loop;
    }

    /** See {@link Transport#agreed}. */
    public @Nullable String agreed() {
        return transport.agreed();
    }

    /** The peer's address, or null if unknown. Makes a system call and allocates. */
    public @Nullable InetSocketAddress peer() {
        return announced == null ? transport.peer() : announced;
    }

    /** The peer is a trusted proxy, which has said for whom it speaks. */
    public void peerIs(InetSocketAddress client) {
        announced = client;
    }

    /** Keeps what the kernel has not begun to send small, so that what is urgent need not wait. */
    public void limitUnsent(int bytes) {
        transport.limitUnsent(bytes);
    }

    /** Whether produced output has not been sent yet. */
    public boolean isSending() {
        return output.isSending();
    }

    /** Continues after the protocol waited for something, such as a worker's result. */
    public void resume() {
        if (phase.isOpen()) {
            step(() -> {});
        }
    }

    /**
     * Has the next bytes of the peer, {@code most} at most, go into a file past the loop's buffers.
     * Stops receiving; when bytes are in the socket, and those received have been taken, collects
     * them and tells {@link Protocol#receivedInto}, once, while the protocol wants input.
     * @return false if bytes are received as ever; so are those that follow if none can be read
     */
    public boolean receiveInto(FileSink sink, long most) {
        return input.awaitInto(sink, most);
    }

    /** Closes the connection after all produced output has been sent. */
    public void closeWhenSent() {
        if (phase == ConnectionPhase.OPEN) {
            phase = ConnectionPhase.ENDING;
        }
    }

    /** Resets the connection (RST): a partial response must not pass for a complete one. */
    public void abort(Counter reason) {
        if (phase != ConnectionPhase.CLOSED) {
            resources.counters().add(reason, 1);
            reset();
        }
    }

    /** The same, already counted. */
    public void reset() {
        if (phase != ConnectionPhase.CLOSED) {
            phase = ConnectionPhase.CLOSED;
            place.stand(Standing.BUSY);
            transport.abort();
        }
    }

    /** Nothing of the peer follows what the protocol has taken: a close need not wait for it. */
    public void inputIsOver() {
        input.over();
    }

    /** A connect, or the handshake of an accepted peer, is in progress; with its limit. */
    public void connecting(boolean accepted) {
        phase = accepted ? ConnectionPhase.SHAKING_HANDS : ConnectionPhase.CONNECTING;
        deadline.watchIn(resources.limits().opening(accepted));
        place.stand(accepted ? Standing.STARTING : Standing.BUSY);
    }

    @Override
    public void opened() {
        if (phase != ConnectionPhase.CLOSED) {
            phase = ConnectionPhase.OPEN;
            step(() -> protocol().opened(this));
        }
    }

    @Override
    public void failedToOpen(long outcome) {
        if (phase == ConnectionPhase.SHAKING_HANDS) {
            abort(IoResult.peerGone(outcome) ? Counter.PEER_GONE : Counter.FAILED_TO_OPEN);
        } else if (phase != ConnectionPhase.CLOSED) {
            step(() -> {
                protocol().failedToOpen(outcome);
                abort(Counter.FAILED_TO_OPEN);
            });
        }
    }

    @Override
    public void readable() {
        if (phase != ConnectionPhase.CLOSED && input.isAwaited() && !output.isSending()) {
            step(() -> input.collectFor(protocol()));
        }
    }

    @Override
    public void received(Block bytes, int from, int to) {
        if (phase.isOpen()) {
            take(bytes, from, to);
        } else if (phase == ConnectionPhase.LINGERING && input.drop(to - from)) {
            end();
        }
    }

    private void take(Block bytes, int from, int to) {
        output.answered();
        try {
            int taken = input.kept().isEmpty() ? feed(bytes, from, to) : from;
            if (taken < to && !input.keep(bytes, taken, to, phase == ConnectionPhase.OPEN)) {
                abort(Counter.BUFFERS_EXHAUSTED);
            }
            settle();
        } catch (Throwable mistake) {
            failedBy(mistake);
        }
    }

    @Override
    public void inputEnded() {
        input.end();
        if (phase == ConnectionPhase.LINGERING) {
            end();
        } else if (phase.isOpen()) {
            step(() -> protocol().inputEnded());
        }
    }

    @Override
    public void sent(long result) {
        output.sendEnded();
        if (phase == ConnectionPhase.CLOSED) {
            return;
        }
        try {
            if (result < 0 && !output.outlives(result, protocol())) {
                failed(result);
                return;
            }
            if (!output.advance(Math.max(0, result), protocol())) {
                abort(Counter.FILE_CHANGED);
                return;
            }
            settle();
        } catch (Throwable mistake) {
            failedBy(mistake);
        }
    }

    @Override
    public void failed(long result) {
        Counter reason = IoResult.reason(result);
        if (phase != ConnectionPhase.CLOSED && reason == Counter.FAILED) {
            LOG.log(System.Logger.Level.WARNING, "connection reset: " + IoResult.describe(result));
        }
        abort(reason);
    }

    /** The server drains: the protocol finishes what it has started. */
    public void drain() {
        if (phase == ConnectionPhase.SHAKING_HANDS) {
            end();
        } else if (phase.isOpen()) {
            step(() -> {
                protocol().drain();
                if (isIdle()) {
                    closeWhenSent();
                }
            });
        }
    }

    private void step(Runnable protocolStep) {
        try {
            protocolStep.run();
            settle();
        } catch (Throwable mistake) {
            failedBy(mistake);
        }
    }

    private void failedBy(Throwable mistake) {
        LOG.log(System.Logger.Level.ERROR, "connection reset after an internal error", mistake);
        abort(Counter.FAILED);
    }

    /** Whether a drain may close it now: no message has begun and no response is due. */
    public boolean isIdle() {
        return phase == ConnectionPhase.LINGERING
                || phase == ConnectionPhase.SHAKING_HANDS
                || input.kept().isEmpty() && !output.isSending() && protocol().isIdle();
    }

    /** Gives bytes to the protocol, message by message; returns the end of those it took. */
    private int feed(Block bytes, int from, int to) {
        Protocol protocol = protocol();
        int at = from;
        while (at < to && phase == ConnectionPhase.OPEN && protocol.wantsInput()) {
            int taken = protocol.received(bytes, at, to);
            at += taken;
            if (taken == 0 || !produce()) {
                break;
            }
        }
        return at;
    }

    /** Lets the protocol add output; false if no buffer was free or the connection has ended. */
    private boolean produce() {
        if (phase != ConnectionPhase.CLOSED && !output.fill(protocol())) {
            abort(Counter.BUFFERS_EXHAUSTED);
        }
        return phase != ConnectionPhase.CLOSED;
    }

    /** Does everything that is possible now: send, feed kept bytes, wait, or end. */
    private void settle() {
        boolean goesOn = phase.isOpen();
        while (goesOn) {
            goesOn = (output.isSending() || sendNext()) && feedKept();
        }
        if (!phase.isOpen()) {
            return;
        }
        Protocol protocol = protocol();
        if (!output.isSending()) {
            if (phase == ConnectionPhase.ENDING || input.hasEnded() && protocol.wantsInput()) {
                finish();
                return;
            }
            deadline.set(protocol.wantsInput() ? protocol.inputDeadline() : Timers.NEVER);
        }
        input.update(protocol.wantsInput(), output.isSending());
        deadline.watch();
        place.stand(output.isSending() ? Standing.BUSY : protocol.standing());
    }

    /** Starts to send the next output, if there is any; false if the connection ended. */
    private boolean sendNext() {
        if (output.isEmpty() && !produce()) {
            return false;
        } else if (output.isEmpty()) {
            output.drop();
        } else {
            deadline.set(output.deadline());
            Chunk head = output.begin(loop.now(), protocol().meter());
            transport.send(head, output.hasMore());
        }
        return true;
    }

    private boolean feedKept() {
        UnparsedInput kept = input.kept();
        if (kept.isEmpty() || phase != ConnectionPhase.OPEN || !protocol().wantsInput()) {
            return false;
        }
        int from = kept.from();
        int at = feed(kept.block(), from, kept.to());
        if (phase == ConnectionPhase.CLOSED) {
            return false;
        }
        kept.usedTo(at);
        return at > from;
    }

    /** The current deadline, on the loop's clock. */
    public long deadline() {
        return deadline.at();
    }

    /** For a loop that runs no timers: a thread that looks while the loop's own one waits. */
    public boolean hasLentChangedFile(long now) {
        return output.lent().isDue(now) && output.lent().isChanged(now);
    }

    /** Checks the deadline. A loop that runs no timers calls this after each wait. */
    public void expireIfLate() {
        if (phase == ConnectionPhase.CLOSED || !deadline.isReached() || output.goesOn(deadline)) {
            return;
        }
        if (phase == ConnectionPhase.CONNECTING) {
            failedToOpen(-Errno.ETIMEDOUT);
        } else if (phase == ConnectionPhase.SHAKING_HANDS || output.isSending()) {
            abort(output.isSending() ? Counter.STALLED : Counter.EXPIRED);
        } else if (phase == ConnectionPhase.LINGERING) {
            end();
        } else {
            resources.counters().add(Counter.EXPIRED, 1);
            closeWhenSent();
            step(() -> protocol().expired());
        }
    }

    /** All was sent: sends FIN, then reads and drops until the peer's FIN (RFC 9112 9.6). */
    private void finish() {
        if (input.hasEnded() || input.isOver() && output.lent().isEmpty()) {
            end();
            return;
        }
        phase = ConnectionPhase.LINGERING;
        place.stand(Standing.BUSY);
        transport.shutdownOutput();
        input.drain();
        deadline.watchIn(resources.limits().linger());
    }

    /** Closes the connection now; a peer that lacks a part of a file that changed gets RST. */
    public void end() {
        if (output.lent().isChanged(loop.now())) {
            abort(Counter.FILE_CHANGED);
        } else if (phase != ConnectionPhase.CLOSED) {
            phase = ConnectionPhase.CLOSED;
            place.stand(Standing.BUSY);
            transport.close();
        }
    }

    @Override
    public void collected() {
        deadline.cancel();
        input.kept().drop();
        try {
            output.end();
            if (chosen != null) {
                chosen.closed();
            }
        } catch (Throwable mistake) {
            LOG.log(System.Logger.Level.ERROR, "internal error while a connection closed", mistake);
        }
        loop.collected(this);
        resources.counters().add(Counter.CONNECTIONS_CLOSED, 1);
        place.gone();
    }
}
