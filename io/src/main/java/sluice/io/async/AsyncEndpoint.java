package sluice.io.async;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.CopyPath;
import sluice.io.FileChunk;
import sluice.io.IoResult;
import sluice.io.Pool;
import sluice.io.Quantum;
import sluice.io.Transport;
import sluice.io.copy.PooledCopy;
import sluice.io.loop.InputMode;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.io.loop.TransportPhase;
import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * The transport of a connection over an asynchronous socket. A pending receive needs a buffer, so
 * an idle connection holds one: that is the price of such an interface. Bytes that arrive before
 * the connection wants them stay in that buffer, and no further receive is started.
 *
 * <p>Its phases are a {@link TransportPhase}, an {@link InputMode} for what the connection wants,
 * and this one for receives:
 *
 * <pre>
 *   NONE --begin--> BEGUN --bytes--> HELD --wanted--> DELIVERING --taken--> NONE
 *                        \
 *                         +--end--> END_HELD --wanted--> END_TOLD
 * </pre>
 *
 * <p>A send is pending while {@link #sending} is set.
 */
final class AsyncEndpoint implements LoopTransport, AsyncSocket.Owner {
    /** The phases of receives. */
    private enum Receive {
        /** No receive is pending, and no bytes are held. */
        NONE,
        /** A receive is pending, and the socket uses {@link #buffer}. */
        BEGUN,
        /** Bytes are in {@link #buffer} until the connection wants them. */
        HELD,
        /** The connection reads them: a receive now would overwrite them. */
        DELIVERING,
        /** The end of the input arrived and is not reported yet. */
        END_HELD,
        /** The end was reported: no more receives. */
        END_TOLD
    }

    private final SharedLoop loop;
    private final AsyncSocket socket;
    private final Pool<Block> buffers;
    private final CopyPath path;
    private final PooledCopy copies;
    private final Quantum quantum = new Quantum();
    private final Runnable report = this::report;
    private final Runnable deliver = this::deliverFromList;
    private final LongConsumer loaded = this::loaded;
    private Transport.@Nullable Owner owner;
    private TransportPhase phase = TransportPhase.CONNECTING;
    /** The number of pending calls. */
    private int outstanding;

    private InputMode input = InputMode.RECEIVING;
    private Receive receive = Receive.NONE;
    /** The buffer of a pending receive, or of bytes that are not wanted yet. */
    private @Nullable Block buffer;

    private int held;
    /** Whether the loop's list has {@link #deliver}; bytes may be delivered earlier. */
    private boolean deliverListed;

    private @Nullable Chunk sending;
    /** Whether another chunk follows {@link #sending}: a property of the chunk, not a phase. */
    private boolean more;

    private long result;

    AsyncEndpoint(
            SharedLoop loop,
            AsyncSocket socket,
            Pool<Block> buffers,
            CopyPath path,
            PooledCopy copies) {
        this.loop = loop;
        this.socket = socket;
        this.buffers = buffers;
        this.path = path;
        this.copies = copies;
        socket.owner(this);
    }

    @Override
    public long begin(Transport.Owner told, @Nullable InetSocketAddress remote) {
        owner = told;
        if (remote == null) {
            phase = TransportPhase.OPEN;
            goOn();
            return 0;
        }
        socket.beginConnect(remote);
        outstanding++;
        return -Errno.EINPROGRESS;
    }

    private Transport.Owner owner() {
        return Objects.requireNonNull(owner, "set when the endpoint begins");
    }

    // Operations

    @Override
    public void receive(boolean on) {
        input = InputMode.after(on);
        goOn();
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
        begin(chunk);
    }

    private void begin(Chunk chunk) {
        long begun = chunk.sendTo(socket, path, quantum.left(loop.turn()), more);
        if (begun == IoResult.BEGUN) {
            outstanding++;
        } else if (begun == IoResult.COLD) {
            loop.load((FileChunk) chunk, path, loaded);
        } else {
            sent(begun);
        }
    }

    private void loaded(long failure) {
        if (phase.isEnding() || sending == null) {
            return;
        }
        if (failure < 0) {
            sent(failure);
        } else {
            begin(sending);
        }
    }

    private void sent(long count) {
        sending = null;
        result = count;
        quantum.sent(count);
        loop.completions().add(report, quantum.isUsedUp());
    }

    private void report() {
        if (!phase.isEnding()) {
            owner().sent(result);
        }
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
        end(TransportPhase.ABORTING);
    }

    @Override
    public void close() {
        end(TransportPhase.CLOSING);
    }

    private void end(TransportPhase how) {
        if (!phase.isEnding()) {
            phase = how;
        }
        if (outstanding > 0) {
            socket.interrupt();
        }
        collectIfQuiet();
    }

    private void collectIfQuiet() {
        if (outstanding > 0 || phase == TransportPhase.COLLECTED) {
            return;
        }
        TransportPhase how = phase;
        phase = TransportPhase.COLLECTED;
        if (how == TransportPhase.ABORTING) {
            socket.abort();
        } else {
            socket.close();
        }
        giveBackBuffer();
        owner().collected();
    }

    private void giveBackBuffer() {
        if (buffer != null) {
            buffers.give(buffer);
            buffer = null;
        }
        held = 0;
    }

    // Results of the socket

    @Override
    public void completed(AsyncSocket.Kind kind, long value) {
        outstanding--;
        if (kind == AsyncSocket.Kind.RECEIVE) {
            receive = Receive.NONE;
        } else if (kind == AsyncSocket.Kind.SEND) {
            copies.ended(socket);
        }
        if (phase.isEnding()) {
            collectIfQuiet();
            return;
        }
        switch (kind) {
            case RECEIVE -> received(value);
            case SEND -> sent(value);
            case CONNECT -> connected(value);
        }
    }

    private void received(long count) {
        if (count > 0) {
            held = (int) count;
            receive = Receive.HELD;
            deliver();
        } else if (count == 0) {
            giveBackBuffer();
            receive = Receive.END_HELD;
            goOn();
        } else {
            owner().failed(count);
        }
    }

    private void connected(long outcome) {
        if (outcome < 0) {
            owner().failedToOpen(outcome);
            return;
        }
        phase = TransportPhase.OPEN;
        owner().opened();
        goOn();
    }

    // Next steps

    /** Starts a receive if wanted, or makes the loop deliver the bytes that arrived already. */
    private void goOn() {
        if (phase != TransportPhase.OPEN || input == InputMode.PAUSED) {
            return;
        }
        switch (receive) {
            case NONE -> beginReceive();
            case HELD, END_HELD -> listDeliver();
            case BEGUN, DELIVERING, END_TOLD -> {}
        }
    }

    private void beginReceive() {
        Block block = buffer == null ? buffers.take() : buffer;
        if (block == null) {
            owner().failed(IoResult.NO_BUFFER);
            return;
        }
        buffer = block;
        socket.beginReceive(block, 0, Block.RECEIVE_SIZE);
        receive = Receive.BEGUN;
        outstanding++;
    }

    private void listDeliver() {
        if (!deliverListed) {
            deliverListed = true;
            loop.completions().add(deliver, false);
        }
    }

    private void deliverFromList() {
        deliverListed = false;
        deliver();
    }

    /** Delivers what has arrived, if the connection wants it. */
    private void deliver() {
        if (phase == TransportPhase.OPEN && input == InputMode.RECEIVING) {
            if (receive == Receive.HELD) {
                deliverBytes(Objects.requireNonNull(buffer, "bytes are in it"));
            } else if (receive == Receive.END_HELD) {
                receive = Receive.END_TOLD;
                owner().inputEnded();
            }
        }
        goOn();
    }

    private void deliverBytes(Block block) {
        receive = Receive.DELIVERING;
        owner().received(block, 0, held);
        held = 0;
        receive = Receive.NONE;
    }
}
