package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Uring;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A connection's verbs on an io_uring engine. Memory is sent by an operation of the ring; a region
 * of a file goes by the copy path at once, and only a full socket is polled for room. A receive
 * goes on until it is cancelled, and it is cancelled only when bytes come that nobody wants yet:
 * most clients wait for their answer, and cancelling costs more than it saves.
 */
final class UringEndpoint implements LoopTransport, UringEngine.Owner {
    // Kinds of operations: at most one of each is outstanding.
    private static final int RECEIVE = 0;
    private static final int SEND = 1;
    private static final int ROOM = 2;
    private static final int READABLE = 3;
    private static final int ERRORS = 4;
    private static final int KINDS = 5;

    private enum Ending {
        NONE,
        CLOSE,
        ABORT,
        /** Nothing is outstanding any more. */
        COLLECTED
    }

    private final SharedLoop loop;
    private final UringEngine engine;
    private final RawSocket socket;
    private final int fd;
    private final Quantum quantum = new Quantum();
    private final HeldBytes held;
    private final Runnable report = this::report;
    private final Runnable deliver = this::deliver;
    private final Runnable loaded = this::loaded;
    private @Nullable Connection connection;
    private @Nullable Chunk sending;
    private boolean more;
    private boolean receiving = true;
    private boolean awaitingReadable;
    private boolean connecting;
    private boolean blocking;
    private boolean cancelling;
    /** Whether the last receive was asked to go on: a kernel that cannot says EINVAL to each. */
    private boolean goingOn;

    private boolean inputEnded;
    private boolean endTold;
    private boolean delivering;
    /** Has sent what was not wanted yet: from then on it is received from as often as is wanted. */
    private boolean sendsAhead;

    private Ending ending = Ending.NONE;
    private int outstanding;
    private int slot;
    private long result;

    UringEndpoint(SharedLoop loop, UringEngine engine, RawSocket socket) {
        this.loop = loop;
        this.engine = engine;
        this.socket = socket;
        fd = socket.descriptor();
        held = new HeldBytes(loop.resources().blocks());
    }

    @Override
    public long begin(Connection opened, @Nullable InetSocketAddress remote) {
        connection = opened;
        slot = engine.add(this);
        long connected = remote == null ? 0 : socket.connect(remote);
        connecting = connected == -Errno.EINPROGRESS;
        if (connecting) {
            poll(ROOM, Uring.POLLOUT);
        } else if (connected == 0) {
            goOn();
        }
        return connected;
    }

    private Connection connection() {
        return Objects.requireNonNull(connection, "set when the endpoint begins");
    }

    // The verbs

    @Override
    public void receive(boolean on) {
        receiving = on;
        awaitingReadable = false;
        goOn();
    }

    /** What has been received already was readable, and comes when it is wanted. */
    @Override
    public void awaitReadable() {
        receiving = false;
        awaitingReadable = true;
        cancelReceive();
        goOn();
    }

    @Override
    public void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
        if (chunk instanceof MemoryChunk memory) {
            begin(SEND);
            engine.send(fd, memory, more, slot, SEND);
        } else {
            trySend(chunk);
        }
    }

    private void trySend(Chunk chunk) {
        block(false);
        long sent = chunk.sendTo(socket, engine.path(), quantum.left(loop.turn()), more);
        if (sent == Outcome.AGAIN) {
            poll(ROOM, Uring.POLLOUT);
            return;
        }
        if (sent == Outcome.COLD) {
            loop.load((FileChunk) chunk, engine.path(), loaded);
            return;
        }
        watchSends();
        sending = null;
        result = sent;
        quantum.sent(sent);
        loop.completions().add(report, quantum.isUsedUp());
    }

    private void loaded() {
        if (ending == Ending.NONE && sending != null) {
            trySend(sending);
        }
    }

    /** The kernel says by an error that it is done with memory of ours; a receive hides that. */
    private void watchSends() {
        if (loop.copy() == Copy.ZEROCOPY) {
            poll(ERRORS, 0);
        }
    }

    private void report() {
        if (ending == Ending.NONE) {
            connection().sent(result);
        }
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
    }

    @Override
    public void abort() {
        end(Ending.ABORT);
    }

    @Override
    public void close() {
        end(Ending.CLOSE);
    }

    /** A socket that is closed before its operations have ended would go on under their hands. */
    private void end(Ending how) {
        ending = how;
        for (int kind = 0; kind < KINDS; kind++) {
            if (isOutstanding(kind)) {
                engine.cancel(slot, kind);
            }
        }
        collectIfQuiet();
    }

    private void collectIfQuiet() {
        if (outstanding == 0 && ending != Ending.COLLECTED) {
            if (ending == Ending.ABORT) {
                socket.abort();
            } else {
                socket.close();
            }
            ending = Ending.COLLECTED;
            engine.remove(slot);
            held.drop();
            loop.collected(connection());
        }
    }

    // What the ring reports

    @Override
    public void completed(int kind, int value, int flags) {
        if (Uring.isLast(flags)) {
            outstanding &= ~(1 << kind);
            cancelling &= kind != RECEIVE;
        }
        int buffer = Uring.buffer(flags);
        if (ending == Ending.NONE) {
            switch (kind) {
                case RECEIVE -> received(value, buffer);
                case SEND -> sent(value);
                case ROOM -> writable();
                case READABLE -> readable();
                default -> errors();
            }
        }
        if (buffer >= 0) {
            engine.giveBack(buffer);
        }
        if (ending == Ending.NONE) {
            goOn();
        } else {
            collectIfQuiet();
        }
    }

    private void received(int value, int buffer) {
        if (buffer >= 0 && value > 0) {
            take(engine.block(buffer), UringEngine.offset(buffer), value);
        } else if (!engine.onlyPolls() || value < 0) {
            nothingReceived(value);
        } else if (receiving) {
            Block scratch = engine.scratch();
            int count = (int) socket.receive(scratch, 0, Connection.RECEIVE_SIZE);
            if (count > 0) {
                take(scratch, 0, count);
            } else {
                nothingReceived(count);
            }
        }
    }

    private void take(Block block, int from, int count) {
        if (receiving && held.isEmpty()) {
            connection().received(block, from, from + count);
        } else if (held.add(block, from, from + count)) {
            sendsAhead = true;
            cancelReceive();
        } else {
            connection().abort(Counter.BUFFERS_EXHAUSTED);
        }
    }

    /** All that can pass is tried again; without buffers, in the next turn, which has them. */
    private void nothingReceived(int value) {
        switch (-value) {
            case 0 -> inputEnded = true;
            case Errno.EAGAIN, Errno.EINTR, Errno.ECANCELED, Errno.ENOBUFS -> {}
            default -> {
                if (value == -Errno.EINVAL && goingOn) {
                    engine.giveUpMultishot();
                } else {
                    connection().failed(value);
                }
            }
        }
    }

    private void sent(int value) {
        Chunk chunk = Objects.requireNonNull(sending, "a send has ended");
        if (value == -Errno.EAGAIN) {
            poll(ROOM, Uring.POLLOUT);
        } else if (value == -Errno.EINTR) {
            send(chunk, more);
        } else {
            sending = null;
            connection().sent(value);
        }
    }

    private void writable() {
        if (connecting) {
            finishConnect();
        } else if (sending != null && !isOutstanding(SEND)) {
            send(sending, more);
        }
    }

    private void finishConnect() {
        long outcome = socket.finishConnect();
        connecting = false;
        if (outcome < 0) {
            connection().failedToOpen(outcome);
        } else {
            connection().opened();
        }
    }

    private void readable() {
        if (awaitingReadable) {
            awaitingReadable = false;
            connection().readable();
        }
    }

    private void errors() {
        if (socket.reapSends()) {
            watchSends();
        }
    }

    // What to begin next

    /** Begins what is wanted and not under way, or sees to it that what is held is delivered. */
    private void goOn() {
        if (connecting || ending != Ending.NONE || !(receiving || awaitingReadable)) {
            return;
        }
        if (!held.isEmpty() || inputEnded && !endTold) {
            if (!delivering) {
                delivering = true;
                loop.completions().add(deliver, false);
            }
        } else if (!inputEnded && !isOutstanding(RECEIVE)) {
            if (receiving) {
                block(!engine.onlyPolls());
                begin(RECEIVE);
                goingOn = engine.receive(fd, sendsAhead, slot, RECEIVE);
            } else {
                poll(READABLE, Uring.POLLIN);
            }
        }
    }

    private void deliver() {
        delivering = false;
        if (ending == Ending.NONE) {
            readable();
        }
        while (ending == Ending.NONE && receiving && !held.isEmpty()) {
            held.deliverTo(connection());
        }
        if (ending == Ending.NONE && receiving && inputEnded && !endTold) {
            endTold = true;
            connection().inputEnded();
        }
        goOn();
    }

    /**
     * On a socket that does not block the kernel gives EAGAIN in place of waiting, so one blocks
     * when a receive is begun; one that does would hold up a copy path's call, so none blocks then.
     * A receive goes on and a connection changes over once.
     */
    private void block(boolean on) {
        if (blocking != on) {
            blocking = on;
            FileCalls.fcntl(fd, FileCalls.F_SETFL, on ? 0 : FileCalls.O_NONBLOCK);
        }
    }

    private void poll(int kind, int events) {
        if (!isOutstanding(kind)) {
            begin(kind);
            engine.poll(fd, events, slot, kind);
        }
    }

    private void cancelReceive() {
        if (isOutstanding(RECEIVE) && !cancelling) {
            cancelling = true;
            engine.cancel(slot, RECEIVE);
        }
    }

    private void begin(int kind) {
        outstanding |= 1 << kind;
    }

    private boolean isOutstanding(int kind) {
        return (outstanding & 1 << kind) != 0;
    }
}
