package sluice.io.async;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.CopyPath;
import sluice.io.FileChunk;
import sluice.io.Outcome;
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

/**
 * A connection's verbs over a socket whose calls are begun and end later. A receive under way needs
 * a buffer, so an idle connection holds one: that is the price of such an interface. Bytes that
 * arrive before the connection wants them stay in that buffer, and no further receive is begun.
 *
 * <p>Its phases are a {@link TransportPhase}, an {@link InputMode} for what the connection wants,
 * and one for what has come of the receives:
 *
 * <pre>
 *   NONE --begin--> BEGUN --bytes--> HELD --wanted--> DELIVERING --taken--> NONE
 *                        \
 *                         +--end--> END_HELD --wanted--> END_TOLD
 * </pre>
 *
 * <p>A send is under way while {@link #sending} is set.
 */
final class AsyncEndpoint implements LoopTransport, AsyncSocket.Owner {
    /** What has come of the receives. */
    private enum Receive {
        /** No receive is under way, and nothing is held. */
        NONE,
        /** One is under way, and {@link #buffer} is the socket's. */
        BEGUN,
        /** Bytes have come and wait in {@link #buffer} until they are wanted. */
        HELD,
        /** The connection reads them: whoever asks for more meanwhile would overwrite them. */
        DELIVERING,
        /** The end of the input has come, and the connection has not been told. */
        END_HELD,
        /** It has been told: nothing is received any more. */
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
    private final Runnable loaded = this::loaded;
    private Transport.@Nullable Owner owner;
    private TransportPhase phase = TransportPhase.CONNECTING;
    /** Calls that have not ended. */
    private int outstanding;

    private InputMode input = InputMode.RECEIVING;
    private Receive receive = Receive.NONE;
    /** For the receive under way, or with bytes that are not wanted yet. */
    private @Nullable Block buffer;

    private int held;
    /** Whether the loop's list has {@link #deliver}: what has come may be delivered earlier. */
    private boolean deliverListed;

    private @Nullable Chunk sending;
    /** Whether another chunk follows {@link #sending}: a property of the chunk, and no phase. */
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

    // The verbs

    @Override
    public void receive(boolean on) {
        input = InputMode.after(on);
        goOn();
    }

    /** Readable is what has been received: there is no call that only waits. */
    @Override
    public void awaitReadable() {
        input = InputMode.AWAITING_READABLE;
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
        if (begun == Outcome.BEGUN) {
            outstanding++;
        } else if (begun == Outcome.COLD) {
            loop.load((FileChunk) chunk, path, loaded);
        } else {
            sent(begun);
        }
    }

    private void loaded() {
        if (!phase.isEnding() && sending != null) {
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

    // What the socket reports

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

    // What to do next

    /** Begins to receive what is wanted, or has the loop deliver what has come already. */
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
            owner().failed(Outcome.NO_BUFFER);
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

    /** Tells the connection of what has come, as far as it wants that. */
    private void deliver() {
        if (isWaiting(InputMode.AWAITING_READABLE)) {
            input = InputMode.PAUSED;
            owner().readable();
        }
        if (isWaiting(InputMode.RECEIVING)) {
            if (receive == Receive.HELD) {
                deliverBytes(Objects.requireNonNull(buffer, "bytes are in it"));
            } else {
                receive = Receive.END_TOLD;
                owner().inputEnded();
            }
        }
        goOn();
    }

    /** Whether something has come, and this is what the connection wants of it. */
    private boolean isWaiting(InputMode wanted) {
        return phase == TransportPhase.OPEN
                && input == wanted
                && (receive == Receive.HELD || receive == Receive.END_HELD);
    }

    private void deliverBytes(Block block) {
        receive = Receive.DELIVERING;
        owner().received(block, 0, held);
        held = 0;
        receive = Receive.NONE;
    }
}
