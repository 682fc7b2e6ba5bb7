package sluice.io.readiness;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.FileChunk;
import sluice.io.Outcome;
import sluice.io.Quantum;
import sluice.io.Socket;
import sluice.io.Transport;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A connection's verbs on a readiness engine: try at once, and only what the socket refuses is
 * watched for and tried again. What has ended is put on the loop's list and reported from there.
 */
public final class Endpoint implements LoopTransport, Registration.Owner {
    private final SharedLoop loop;
    private final ReadinessEngine engine;
    private final Socket socket;
    private final Registration registration;
    private final Quantum quantum = new Quantum();
    private final Runnable report = this::report;
    private Transport.@Nullable Owner owner;
    private @Nullable Chunk sending;
    private boolean more;
    private boolean receiving = true;
    private boolean awaitingReadable;
    private boolean connecting;
    /** What is to be sent is being read by a worker. */
    private boolean loading;

    private long result;

    Endpoint(SharedLoop loop, ReadinessEngine engine, Socket socket) {
        this.loop = loop;
        this.engine = engine;
        this.socket = socket;
        registration = new Registration(socket, this, Poller.READ);
    }

    @Override
    public long begin(Transport.Owner told, @Nullable InetSocketAddress remote) {
        owner = told;
        long connected = remote == null ? 0 : socket.connect(remote);
        connecting = connected == -Errno.EINPROGRESS;
        if (!connecting && connected < 0) {
            return connected;
        }
        registration.wanted = connecting ? Poller.CONNECT : Poller.READ;
        long watched = engine.watch(registration);
        return watched < 0 ? watched : connected;
    }

    private Transport.Owner owner() {
        return Objects.requireNonNull(owner, "set when the endpoint begins");
    }

    @Override
    public void receive(boolean on) {
        receiving = on;
        awaitingReadable = false;
        interestChanged();
    }

    @Override
    public void awaitReadable() {
        awaitingReadable = true;
        interestChanged();
    }

    @Override
    public long splice(int pipe, long most) {
        long moved = socket.splice(pipe, most);
        if (moved == Outcome.AGAIN) {
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
        trySend(chunk);
    }

    private void trySend(Chunk chunk) {
        long sent = chunk.sendTo(socket, engine.path(), quantum.left(loop.turn()), more);
        if (sent == Outcome.AGAIN) {
            registration.drained(Poller.WRITE);
            interestChanged();
            return;
        }
        if (sent == Outcome.COLD) {
            loading = true;
            interestChanged();
            loop.load((FileChunk) chunk, engine.path(), this::loaded);
            return;
        }
        sending = null;
        result = sent;
        quantum.sent(sent);
        interestChanged();
        loop.completions().add(report, quantum.isUsedUp());
    }

    private void loaded() {
        loading = false;
        if (registration.watched && sending != null) {
            trySend(sending);
        }
    }

    /** Reports the send that has ended. */
    private void report() {
        if (registration.watched) {
            owner().sent(result);
        }
    }

    /** A broken socket is read and written whatever was wanted: that tells how it broke. */
    @Override
    public void ready(int events) {
        boolean broken = (events & Poller.BROKEN) != 0 && !socket.reapSends();
        boolean unwatched = registration.wanted == 0;
        if (broken || (events & Poller.WRITE) != 0) {
            writable();
        }
        if (registration.watched && (broken || (events & Poller.READ) != 0)) {
            readable();
        }
        if (registration.watched && broken && unwatched) {
            // Nobody would ever ask this socket again, and level-triggered polls would spin on it.
            owner().failed(-Errno.ECONNRESET);
        }
    }

    @Override
    public void failed(long result) {
        owner().failed(result);
    }

    private void writable() {
        if (connecting) {
            finishConnect();
        } else if (sending != null && !loading) {
            trySend(sending);
        }
    }

    private void finishConnect() {
        long outcome = socket.finishConnect();
        if (outcome == Outcome.AGAIN) {
            registration.drained(Poller.WRITE);
            return;
        }
        connecting = false;
        interestChanged();
        if (outcome < 0) {
            owner().failedToOpen(outcome);
        } else {
            owner().opened();
        }
    }

    private void readable() {
        if (awaitingReadable) {
            reportReadable();
        } else if (receiving && !connecting) {
            receiveOnce();
        }
    }

    /** What a poller remembers is no proof: an earlier receive may have taken all there was. */
    private void reportReadable() {
        if (registration.sticky != 0 && socket.peek(engine.scratch()) == Outcome.AGAIN) {
            registration.drained(Poller.READ);
            return;
        }
        awaitingReadable = false;
        interestChanged();
        owner().readable();
    }

    /** One receive per event, so that a peer with much to say waits its turn like everybody. */
    private void receiveOnce() {
        Block scratch = engine.scratch();
        long received = socket.receive(scratch, 0, Block.RECEIVE_SIZE);
        if (received > 0) {
            owner().received(scratch, 0, (int) received);
        } else if (received == 0) {
            receiving = false;
            interestChanged();
            owner().inputEnded();
        } else if (received == Outcome.AGAIN) {
            registration.drained(Poller.READ);
        } else {
            owner().failed(received);
        }
    }

    private void interestChanged() {
        if (connecting) {
            registration.wanted = Poller.CONNECT;
        } else {
            boolean read = receiving || awaitingReadable;
            boolean write = sending != null && !loading;
            registration.wanted = (read ? Poller.READ : 0) | (write ? Poller.WRITE : 0);
        }
        engine.interestChanged(registration);
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return socket.peer();
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
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
