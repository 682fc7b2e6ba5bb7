package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.util.Objects;

/**
 * A connection's verbs on a readiness loop: try at once, and only what the socket refuses is
 * watched for and tried again. What has ended is put on the loop's list and reported from there.
 */
final class Endpoint implements Transport, Registration.Owner {
    private final ReadinessLoop loop;
    private final Socket socket;
    private final Registration registration;
    private @Nullable Connection connection;
    private @Nullable Chunk sending;
    private boolean more;
    private boolean receiving = true;
    private boolean awaitingReadable;
    private boolean connecting;
    private long result;
    /** The turn that {@link #sentThisTurn} speaks of. */
    private long turn;

    private long sentThisTurn;

    Endpoint(ReadinessLoop loop, Socket socket, boolean connecting) {
        this.loop = loop;
        this.socket = socket;
        this.connecting = connecting;
        registration = new Registration(socket, this, connecting ? Poller.CONNECT : Poller.READ);
    }

    Registration registration() {
        return registration;
    }

    Connection connection() {
        return Objects.requireNonNull(connection, "set when the endpoint is opened");
    }

    void connection(Connection opened) {
        connection = opened;
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
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
        trySend(chunk);
    }

    private void trySend(Chunk chunk) {
        long sent = chunk.sendTo(socket, loop.path(), allowance(), more);
        if (sent == Outcome.AGAIN) {
            interestChanged();
            return;
        }
        sending = null;
        result = sent;
        sentThisTurn += Math.max(0, sent);
        interestChanged();
        loop.finished(this, sentThisTurn >= ReadinessLoop.QUANTUM);
    }

    /** What this connection may still send in this turn; at least one byte, for a send is made. */
    private long allowance() {
        if (turn != loop.turn()) {
            turn = loop.turn();
            sentThisTurn = 0;
        }
        return Math.max(1, ReadinessLoop.QUANTUM - sentThisTurn);
    }

    /** Reports the send that has ended. */
    void report() {
        if (registration.watched) {
            connection().sent(result);
        }
    }

    /** A broken socket is read and written whatever was wanted: that tells how it broke. */
    @Override
    public void ready(int events) {
        boolean broken = (events & Poller.BROKEN) != 0;
        boolean unwatched = registration.wanted == 0;
        if (broken || (events & Poller.WRITE) != 0) {
            writable();
        }
        if (registration.watched && (broken || (events & Poller.READ) != 0)) {
            readable();
        }
        if (registration.watched && broken && unwatched) {
            // Nobody would ever ask this socket again, and level-triggered polls would spin on it.
            connection().failed(-Errno.ECONNRESET);
        }
    }

    @Override
    public void failed(long result) {
        connection().failed(result);
    }

    private void writable() {
        if (connecting) {
            finishConnect();
        } else if (sending != null) {
            trySend(sending);
        }
    }

    private void finishConnect() {
        long outcome = socket.finishConnect();
        if (outcome == Outcome.AGAIN) {
            return;
        }
        connecting = false;
        interestChanged();
        if (outcome < 0) {
            connection().failedToOpen(outcome);
        } else {
            connection().opened();
        }
    }

    private void readable() {
        if (awaitingReadable) {
            awaitingReadable = false;
            interestChanged();
            connection().readable();
        } else if (receiving && !connecting) {
            receiveOnce();
        }
    }

    /** One receive per event, so that a peer with much to say waits its turn like everybody. */
    private void receiveOnce() {
        Block scratch = loop.scratch();
        long received = socket.receive(scratch, 0, Connection.RECEIVE_SIZE);
        if (received > 0) {
            connection().received(scratch, 0, (int) received);
        } else if (received == 0) {
            receiving = false;
            interestChanged();
            connection().inputEnded();
        } else if (received != Outcome.AGAIN) {
            connection().failed(received);
        }
    }

    private void interestChanged() {
        if (connecting) {
            registration.wanted = Poller.CONNECT;
        } else {
            boolean read = receiving || awaitingReadable;
            registration.wanted = (read ? Poller.READ : 0) | (sending != null ? Poller.WRITE : 0);
        }
        loop.interestChanged(registration);
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
    }

    @Override
    public void abort() {
        loop.forget(registration);
        socket.abort();
        connection().collected();
    }

    @Override
    public void close() {
        loop.forget(registration);
        socket.close();
        connection().collected();
    }
}
