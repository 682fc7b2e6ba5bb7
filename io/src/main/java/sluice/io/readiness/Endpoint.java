package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.FileChunk;
import sluice.io.IoResult;
import sluice.io.Quantum;
import sluice.io.ReceiveMode;
import sluice.io.Socket;
import sluice.io.Transport;
import sluice.io.loop.InputMode;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * The transport of a connection on a readiness engine: it tries each operation at once, and waits
 * for readiness only if the socket was not ready. Results go to the loop's list, which reports
 * them.
 *
 * <p>Each direction has a phase: {@link InputMode} for input, {@link OutputPhase} for output. Both
 * determine the events that the poller watches for ({@link #interestChanged}).
 * {@link Registration#watched} is true from begin to close.
 */
public final class Endpoint implements LoopTransport, Registration.Owner {
    private static final long REPORTED = Long.MIN_VALUE;

    private final SharedLoop loop;
    private final ReadinessEngine engine;
    private final Socket socket;
    private final Registration registration;
    private final Quantum quantum = new Quantum();
    private final Runnable report = this::report;
    /** Receives what a socket with a handshake holds and the kernel does not report; else null. */
    private final @Nullable Deferred heldReceive;
    /** Goes on with the handshake; null if the socket has none. */
    private final @Nullable Deferred nextHandshake;

    private Transport.@Nullable Owner owner;
    private InputMode input = InputMode.RECEIVING;
    private OutputPhase output = OutputPhase.IDLE;
    /** The event that the handshake waits for. */
    private int awaited = Poller.READ;

    private @Nullable Chunk sending;
    /** Whether another chunk follows {@link #sending}: a property of the chunk, not a phase. */
    private boolean more;

    /** Of a send, until it is reported. */
    private long result = REPORTED;

    Endpoint(SharedLoop loop, ReadinessEngine engine, Socket socket) {
        this.loop = loop;
        this.engine = engine;
        this.socket = socket;
        boolean shakes = socket.hasHandshake();
        heldReceive = shakes ? new Deferred(loop.completions(), this::receiveHeld) : null;
        nextHandshake = shakes ? new Deferred(loop.completions(), this::shakeHandsLater) : null;
        registration = new Registration(socket, this, Poller.READ);
    }

    @Override
    public long begin(Transport.Owner told, @Nullable InetSocketAddress remote) {
        owner = told;
        long connected = remote == null ? 0 : socket.connect(remote);
        if (connected == -Errno.EINPROGRESS) {
            output = OutputPhase.CONNECTING;
        } else if (connected < 0) {
            return connected;
        } else if (heldReceive != null) {
            // Who accepts waits for the first bytes, who connects sends them.
            awaited = remote == null ? Poller.READ : Poller.WRITE;
            output = OutputPhase.SHAKING_HANDS;
            connected = -Errno.EINPROGRESS;
        }
        registration.wanted = wanted();
        boolean accepted = remote == null && connected == 0;
        long watched = accepted ? engine.watchLater(registration) : engine.watch(registration);
        return watched < 0 ? watched : connected;
    }

    @Override
    public void receiveFirst() {
        if (registration.fresh && registration.watched && input == InputMode.RECEIVING) {
            receiveOnce();
            loop.completions().runFinished();
        }
    }

    private Transport.Owner owner() {
        return Objects.requireNonNull(owner, "set when the endpoint begins");
    }

    @Override
    public void receive(boolean on) {
        input(InputMode.after(on));
    }

    @Override
    public ReceiveMode receiving() {
        return loop.cell().receiving();
    }

    @Override
    public void awaitReadable() {
        input(InputMode.AWAITING_READABLE);
    }

    @Override
    public long splice(int pipe, long most) {
        long moved = socket.splice(pipe, most);
        if (moved == IoResult.AGAIN) {
            registration.drained(Poller.READ);
        }
        return moved;
    }

    @Override
    public long transferTo(FileChannel file, long offset, long most) {
        return socket.transferTo(file, offset, most);
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
        output = OutputPhase.SENDING;
        trySend(chunk);
    }

    private void trySend(Chunk chunk) {
        long sent = chunk.sendTo(socket, engine.path(), quantum.left(loop.turn()), more);
        if (sent == IoResult.AGAIN) {
            registration.drained(Poller.WRITE);
            interestChanged();
            return;
        } else if (sent == IoResult.COLD) {
            output(OutputPhase.LOADING);
            loop.load((FileChunk) chunk, engine.path(), this::loaded);
            return;
        }
        tried(sent);
    }

    private void tried(long sent) {
        sending = null;
        result = sent;
        quantum.sent(sent);
        output(OutputPhase.IDLE);
        loop.completions().add(report, quantum.isUsedUp());
    }

    private void loaded(long failure) {
        output = OutputPhase.SENDING;
        if (registration.watched && sending != null) {
            if (failure < 0) {
                tried(failure);
            } else {
                trySend(sending);
            }
        }
    }

    /** Reports the completed send, unless that has been done. */
    private void report() {
        long sent = result;
        result = REPORTED;
        if (registration.watched && sent != REPORTED) {
            owner().sent(sent);
        }
    }

    /**
     * Tries to read and write a broken socket in any case: the results tell the error. What was
     * sent before it broke is reported first, and so counted.
     */
    @Override
    public void ready(int events) {
        boolean broken = (events & Poller.BROKEN) != 0 && !socket.reapSends();
        if (broken) {
            report();
        }
        boolean unwatched = registration.wanted == 0;
        if (output == OutputPhase.SHAKING_HANDS) {
            shakeHandsInTurn();
            return;
        }
        if (registration.watched && (broken || (events & Poller.WRITE) != 0)) {
            writable();
        }
        if (registration.watched && (broken || (events & Poller.READ) != 0)) {
            readable();
        }
        if (registration.watched && broken && unwatched) {
            // Nothing would ever read this socket again: level-triggered polls would spin on it.
            owner().failed(-Errno.ECONNRESET);
        }
    }

    @Override
    public void failed(long result) {
        if (registration.fresh) {
            owner().failedToOpen(result);
        } else {
            owner().failed(result);
        }
    }

    @Override
    public boolean sendsAfterLast() {
        return heldReceive != null;
    }

    private void writable() {
        switch (output) {
            case CONNECTING -> finishConnect();
            case SENDING -> trySend(Objects.requireNonNull(sending, "set while it is sent"));
            case FINISHING -> shutdownOutput();
            case SHAKING_HANDS, IDLE, LOADING -> {}
        }
    }

    private void finishConnect() {
        long outcome = socket.finishConnect();
        if (outcome == IoResult.AGAIN) {
            registration.drained(Poller.WRITE);
            return;
        }
        if (outcome == 0 && heldReceive != null) {
            shakeHands();
        } else {
            endOpening(outcome);
        }
    }

    /** Hundreds may begin at once, and must not delay those whose handshake has ended. */
    private void shakeHandsInTurn() {
        if (engine.takesHandshake()) {
            shakeHands();
        } else {
            Objects.requireNonNull(nextHandshake, "the socket has a handshake").add();
        }
    }

    private void shakeHandsLater() {
        if (registration.watched && output == OutputPhase.SHAKING_HANDS) {
            shakeHandsInTurn();
        }
    }

    private void shakeHands() {
        long outcome = socket.handshake();
        if (outcome == IoResult.AGAIN || outcome == IoResult.NO_ROOM) {
            awaited = outcome == IoResult.AGAIN ? Poller.READ : Poller.WRITE;
            registration.drained(awaited);
            output(OutputPhase.SHAKING_HANDS);
        } else {
            endOpening(outcome);
        }
    }

    /** The connection is open, or has failed to open. */
    private void endOpening(long outcome) {
        output(OutputPhase.IDLE);
        if (outcome < 0) {
            owner().failedToOpen(outcome);
        } else {
            owner().opened();
            awaitHeld();
        }
    }

    private void readable() {
        if (input == InputMode.AWAITING_READABLE) {
            reportReadable();
        } else if (input == InputMode.RECEIVING && output != OutputPhase.CONNECTING) {
            receiveOnce();
        }
    }

    /** Tries the socket: an earlier receive may have taken the bytes that the poller reported. */
    private void reportReadable() {
        if (registration.sticky != 0 && socket.peek(engine.scratch()) == IoResult.AGAIN) {
            registration.drained(Poller.READ);
            return;
        }
        input(InputMode.PAUSED);
        owner().readable();
    }

    /** One receive per event, so that a peer that sends much does not delay others. */
    private void receiveOnce() {
        Block scratch = engine.scratch();
        long received = socket.receive(scratch, 0, Block.RECEIVE_SIZE);
        if (received > 0) {
            owner().received(scratch, 0, (int) received);
            awaitHeld();
        } else if (received == 0) {
            input(InputMode.PAUSED);
            owner().inputEnded();
        } else if (received == IoResult.AGAIN) {
            registration.drained(Poller.READ);
        } else {
            owner().failed(received);
        }
    }

    private void input(InputMode next) {
        input = next;
        interestChanged();
        awaitHeld();
    }

    /** The kernel does not report bytes that the socket holds: receives them in the next turn. */
    private void awaitHeld() {
        if (heldReceive != null && input != InputMode.PAUSED && socket.holdsInput()) {
            heldReceive.add();
        }
    }

    private void receiveHeld() {
        if (registration.watched && socket.holdsInput()) {
            readable();
        }
    }

    private void output(OutputPhase next) {
        output = next;
        interestChanged();
    }

    private void interestChanged() {
        registration.wanted = wanted();
        engine.interestChanged(registration);
    }

    private int wanted() {
        int read = input == InputMode.PAUSED ? 0 : Poller.READ;
        return switch (output) {
            case CONNECTING -> Poller.CONNECT;
            case SHAKING_HANDS -> awaited;
            case SENDING, FINISHING -> read | Poller.WRITE;
            case IDLE, LOADING -> read;
        };
    }

    @Override
    public void limitUnsent(int bytes) {
        socket.limitUnsent(bytes);
    }

    @Override
    public long unacknowledged() {
        return socket.unacknowledged();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return socket.peer();
    }

    @Override
    public @Nullable String agreed() {
        return socket.agreed();
    }

    @Override
    public void shutdownOutput() {
        boolean waits = socket.finishOutput() == IoResult.AGAIN;
        if (waits) {
            registration.drained(Poller.WRITE);
        }
        if (waits || output == OutputPhase.FINISHING) {
            output(waits ? OutputPhase.FINISHING : OutputPhase.IDLE);
        }
    }

    @Override
    public void abort() {
        engine.forget(registration);
        socket.abort();
        owner().collected();
    }

    @Override
    public void close() {
        engine.forget(registration);
        socket.close();
        owner().collected();
    }
}
