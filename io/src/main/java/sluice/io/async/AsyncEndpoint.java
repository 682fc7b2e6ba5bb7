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
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A connection's verbs over a socket whose calls are begun and end later. A receive under way needs
 * a buffer, so an idle connection holds one: that is the price of such an interface. What arrives
 * while nobody wants it stays in that buffer, and the next receive is not begun.
 */
final class AsyncEndpoint implements LoopTransport, AsyncSocket.Owner {
    private final SharedLoop loop;
    private final AsyncSocket socket;
    private final Pool<Block> buffers;
    private final CopyPath path;
    private final PooledCopy copies;
    private final Quantum quantum = new Quantum();
    private final Runnable report = this::report;
    private final Runnable deliver = this::deliver;
    private final Runnable loaded = this::loaded;
    private Transport.@Nullable Owner owner;
    /** For the receive under way, or with bytes that are not wanted yet. */
    private @Nullable Block buffer;

    private int held;
    private @Nullable Chunk sending;
    private boolean more;
    private boolean receiving = true;
    private boolean awaitingReadable;
    private boolean inputEnded;
    private boolean endTold;
    private boolean delivering;
    /** Calls that have not ended. */
    private int outstanding;

    private boolean receiveBegun;
    private boolean ending;
    private boolean broken;
    private boolean collected;
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
            goOn();
            return 0;
        }
        receiving = false;
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
        receiving = on;
        awaitingReadable = false;
        goOn();
    }

    /** Readable is what has been received: there is no call that only waits. */
    @Override
    public void awaitReadable() {
        receiving = false;
        awaitingReadable = true;
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
        if (!ending && sending != null) {
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
        if (!ending) {
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
        broken = true;
        end();
    }

    @Override
    public void close() {
        end();
    }

    private void end() {
        ending = true;
        if (outstanding > 0) {
            socket.interrupt();
        }
        collectIfQuiet();
    }

    private void collectIfQuiet() {
        if (outstanding > 0 || collected) {
            return;
        }
        collected = true;
        if (broken) {
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
            receiveBegun = false;
        } else if (kind == AsyncSocket.Kind.SEND) {
            copies.ended(socket);
        }
        if (ending) {
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
            deliver();
        } else if (count == 0) {
            inputEnded = true;
            giveBackBuffer();
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
        receiving = true;
        owner().opened();
        if (!ending) {
            goOn();
        }
    }

    // What to do next

    private void goOn() {
        if (ending || !(receiving || awaitingReadable)) {
            return;
        }
        if (held > 0 || inputEnded && !endTold) {
            if (!delivering) {
                delivering = true;
                loop.completions().add(deliver, false);
            }
        } else if (!inputEnded && !receiveBegun) {
            beginReceive();
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
        receiveBegun = true;
        outstanding++;
    }

    private void deliver() {
        delivering = false;
        if (!ending && awaitingReadable && (held > 0 || inputEnded)) {
            awaitingReadable = false;
            owner().readable();
        }
        Block block = buffer;
        if (!ending && receiving && held > 0 && block != null) {
            // Or whoever asks for more meanwhile would have it received into what he reads.
            delivering = true;
            owner().received(block, 0, held);
            delivering = false;
            held = 0;
        }
        if (!ending && receiving && inputEnded && !endTold) {
            endTold = true;
            owner().inputEnded();
        }
        if (!ending) {
            goOn();
        }
    }
}
