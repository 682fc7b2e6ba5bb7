package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.Chunk;
import sluice.io.ReceiveMode;
import sluice.io.Transport;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.io.loop.TransportPhase;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.Uring;

import java.net.InetSocketAddress;

/**
 * The transport of a connection on an io_uring engine: opens and closes it. {@link UringReceiving}
 * and {@link UringSending} are its two directions.
 */
final class UringEndpoint implements LoopTransport, UringEngine.Owner {
    private final UringEngine engine;
    private final RawSocket socket;
    private final UringOperations operations;
    private final UringReceiving receiving;
    private final UringSending sending;

    UringEndpoint(SharedLoop loop, UringEngine engine, RawSocket socket) {
        this.engine = engine;
        this.socket = socket;
        operations = new UringOperations(engine, socket);
        receiving = new UringReceiving(loop, engine, operations);
        sending = new UringSending(loop, engine, operations);
    }

    @Override
    public long begin(Transport.Owner told, @Nullable InetSocketAddress remote) {
        operations.open(this, told);
        long connected = remote == null ? 0 : socket.connect(remote);
        if (connected == -Errno.EINPROGRESS) {
            operations.poll(UringOperations.ROOM, Uring.POLLOUT);
        } else if (connected == 0) {
            operations.opened();
            receiving.goOn();
        }
        return connected;
    }

    // Operations

    @Override
    public void receive(boolean on) {
        receiving.receive(on);
    }

    @Override
    public ReceiveMode receiving() {
        return receiving.way();
    }

    @Override
    public void awaitReadable() {
        receiving.awaitReadable();
    }

    @Override
    public long splice(int pipe, long most) {
        return receiving.splice(pipe, most);
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending.send(chunk, more);
    }

    @Override
    public long unacknowledged() {
        return socket.unacknowledged();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        return socket.peer();
    }

    /** A raw socket has what the peer sent, and nothing else. */
    @Override
    public boolean sendsAfterLast() {
        return false;
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
    }

    @Override
    public void abort() {
        end(TransportPhase.ABORTING);
    }

    @Override
    public void close() {
        end(TransportPhase.CLOSING);
    }

    /** Cancels first: after a close the descriptor may belong to another connection. */
    private void end(TransportPhase how) {
        operations.end(how);
        collectIfQuiet();
    }

    private void collectIfQuiet() {
        if (operations.collect()) {
            receiving.drop();
            operations.owner().collected();
        }
    }

    // Results of the ring

    @Override
    public void completed(int kind, int value, int flags) {
        if (Uring.isLast(flags)) {
            operations.ended(kind);
        }
        int buffer = Uring.buffer(flags);
        if (!operations.areEnding()) {
            switch (kind) {
                case UringOperations.RECEIVE -> receiving.received(value, buffer);
                case UringOperations.SEND -> sending.sent(value);
                case UringOperations.ROOM -> writable();
                case UringOperations.READABLE -> receiving.readable();
                case UringOperations.PEER_END -> receiving.peerEnded();
                default -> sending.errors();
            }
        }
        if (buffer >= 0) {
            engine.buffers().giveBack(buffer);
        }
        if (operations.areEnding()) {
            collectIfQuiet();
        } else {
            receiving.goOn();
        }
    }

    private void writable() {
        if (operations.isOpen()) {
            sending.writable();
        } else {
            finishConnect();
        }
    }

    private void finishConnect() {
        long outcome = socket.finishConnect();
        if (outcome < 0) {
            operations.owner().failedToOpen(outcome);
        } else {
            operations.opened();
            operations.owner().opened();
        }
    }
}
