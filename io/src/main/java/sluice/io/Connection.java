package sluice.io;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * One connection under every I/O model: joins a {@link Transport} to a {@link Protocol}. It keeps
 * bytes that cannot be used yet, sends what the protocol produces, watches the time, and ends the
 * connection by one rule: send what is due, say so (FIN), let the peer end its side, close; or, when
 * what was sent must not be taken for whole, RST.
 *
 * <pre>
 *   received -> protocol takes a message -> produce -> send ... sent -> produce -> ... -> idle
 * </pre>
 */
public final class Connection {
    /** Bytes asked for in one receive: half a block, so that kept bytes and one receive fit in one. */
    static final int RECEIVE_SIZE = Block.SIZE / 2;
    /** What a closing connection reads and drops, so that its last answer is not erased by RST. */
    private static final long LINGER_BYTES_MAX = 1 << 20;

    private final EventLoop loop;
    private final LoopResources resources;
    private final Transport transport;
    private final Protocol protocol;
    private final Timer timer = new Timer(this::timerFired);
    private long deadline = Timers.NEVER;
    private long lingered;
    private @Nullable Block kept;
    private int keptFrom;
    private int keptTo;
    private @Nullable SendQueue queue;
    private boolean sending;
    private boolean receiving = true;
    private boolean inputEnded;
    private boolean closeWhenSent;
    private boolean lingering;
    private boolean closed;

    Connection(EventLoop loop, Transport transport, Supplier<Protocol> protocols) {
        this.loop = loop;
        this.resources = loop.resources();
        this.transport = transport;
        this.protocol = protocols.get();
        resources.counters().add(Counter.CONNECTIONS_OPENED, 1);
    }

    // What a protocol may ask for

    /** The loop this connection lives on. */
    public EventLoop loop() {
        return loop;
    }

    /** An answer that was waited for is there; the protocol goes on. */
    public void resume() {
        if (!closed && !lingering) {
            settle();
        }
    }

    /** Stops receiving, and tells when bytes are in the socket: {@link Protocol#readable}, once. */
    public void awaitReadable() {
        receiving = false;
        transport.receive(false);
        transport.awaitReadable();
    }

    /** Ends the connection after what was produced has been sent. */
    public void closeWhenSent() {
        closeWhenSent = true;
    }

    /** Tears the connection, so that the peer takes nothing it got for whole. */
    public void abort(Counter reason) {
        if (!closed) {
            resources.counters().add(reason, 1);
            closed = true;
            transport.abort();
        }
    }

    // What a transport reports

    void opened() {
        protocol.opened(this);
        settle();
    }

    /** The loop could not take the connection. */
    void refused() {
        closed = true;
        resources.counters().add(Counter.FAILED, 1);
        collected();
    }

    void readable() {
        protocol.readable();
        settle();
    }

    void writable() {
        settle();
    }

    void received(Block bytes, int from, int to) {
        if (lingering) {
            discard(to - from);
            return;
        }
        if (kept == null) {
            int taken = feed(bytes, from, to);
            if (taken < to && !closed) {
                keep(bytes, taken, to);
            }
        } else {
            append(kept, bytes, from, to);
        }
        settle();
    }

    void inputEnded() {
        inputEnded = true;
        if (lingering) {
            end();
        } else {
            settle();
        }
    }

    /** A send has ended: bytes taken, or a negative {@link Outcome}. */
    void sent(long result) {
        sending = false;
        if (closed) {
            return;
        }
        if (result < 0) {
            failed(result);
            return;
        }
        SendQueue sendQueue = Objects.requireNonNull(queue, "something was sent");
        count(sendQueue.head(), result);
        FileSource done = sendQueue.advance(result);
        if (done != null) {
            boolean whole = done.unchanged();
            done.release();
            if (!whole) {
                failed(Outcome.FILE_CHANGED);
                return;
            }
        }
        settle();
    }

    /** The socket is broken. */
    void failed(long result) {
        if (result == Outcome.FILE_CHANGED) {
            abort(Counter.FILE_CHANGED);
        } else if (Outcome.peerGone(result)) {
            abort(Counter.PEER_GONE);
        } else {
            System.getLogger("sluice.io")
                    .log(
                            System.Logger.Level.WARNING,
                            "connection torn: " + Outcome.describe(result));
            abort(Counter.FAILED);
        }
    }

    void drain() {
        if (!lingering) {
            protocol.drain();
            settle();
        }
    }

    // How it goes on

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

    /** Lets the protocol fill the queue; false when there was no queue to be had. */
    private boolean produce() {
        SendQueue filling = queue;
        if (filling == null) {
            if (!protocol.busy()) {
                return true;
            }
            filling = resources.queues().take();
            if (filling == null) {
                abort(Counter.BUFFERS_EXHAUSTED);
                return false;
            }
            queue = filling;
        }
        protocol.produce(filling);
        return true;
    }

    /** Does whatever can be done now: send, take kept bytes, wait, or end. */
    private void settle() {
        while (!closed && !sending) {
            if ((queue == null || queue.isEmpty()) && !produce()) {
                return;
            }
            if (queue != null && !queue.isEmpty()) {
                sending = true;
                deadline = loop.now() + resources.limits().stall().toNanos();
                transport.send(queue.head(), queue.hasMore());
                break;
            }
            giveQueueBack();
            if (!closeWhenSent && feedKept()) {
                continue;
            }
            if (closeWhenSent || inputEnded && !protocol.busy()) {
                finish();
                return;
            }
            deadline = protocol.inputDeadline();
            break;
        }
        if (!closed) {
            receiveOrPause();
            watch();
        }
    }

    private boolean feedKept() {
        if (closed || kept == null || protocol.busy()) {
            return false;
        }
        int at = feed(kept, keptFrom, keptTo);
        boolean progress = at > keptFrom;
        keptFrom = at;
        if (kept != null && keptFrom == keptTo) {
            resources.blocks().give(kept);
            kept = null;
        }
        return progress;
    }

    private void keep(Block bytes, int from, int to) {
        Block block = resources.blocks().take();
        if (block == null) {
            abort(Counter.BUFFERS_EXHAUSTED);
            return;
        }
        kept = block;
        keptFrom = 0;
        keptTo = 0;
        append(block, bytes, from, to);
    }

    private void append(Block block, Block bytes, int from, int to) {
        MemorySegment.copy(bytes.segment(), from, block.segment(), keptTo, to - from);
        keptTo += to - from;
    }

    /** Receives only while the next bytes have a place: a peer that sends ahead is slowed by TCP. */
    private void receiveOrPause() {
        if (kept != null && keptFrom > 0 && Block.SIZE - keptTo < RECEIVE_SIZE) {
            MemorySegment.copy(kept.segment(), keptFrom, kept.segment(), 0, keptTo - keptFrom);
            keptTo -= keptFrom;
            keptFrom = 0;
        }
        boolean room = kept == null || Block.SIZE - keptTo >= RECEIVE_SIZE;
        if (room != receiving && !inputEnded) {
            receiving = room;
            transport.receive(room);
        }
    }

    private void count(Chunk chunk, long sent) {
        Counters counters = resources.counters();
        if (chunk instanceof MemoryChunk) {
            counters.add(Counter.BYTES_FROM_MEMORY, sent);
        } else {
            counters.add(Counter.BYTES_FROM_FILES, sent);
            if (loop.copy() == Copy.DIRECT) {
                counters.add(Counter.BYTES_COPIED, sent);
            }
        }
    }

    // Time

    /** When the wait that goes on is to end, on the loop's clock. */
    long deadline() {
        return deadline;
    }

    /** For loops that wait without looking at the wheel. */
    void expireIfLate() {
        if (loop.now() >= deadline) {
            timerFired();
        }
    }

    private void watch() {
        if (!timer.isScheduled() || deadline < timer.deadline()) {
            if (deadline != Timers.NEVER) {
                resources.timers().schedule(timer, deadline);
            }
        }
    }

    /** The wheel's deadline may be an old one: moving it on every request would cost more. */
    private void timerFired() {
        if (closed) {
            return;
        }
        if (loop.now() < deadline) {
            watch();
        } else if (sending) {
            abort(Counter.STALLED);
        } else if (lingering) {
            end();
        } else {
            resources.counters().add(Counter.EXPIRED, 1);
            protocol.expired();
            closeWhenSent = true;
            settle();
        }
    }

    // The end

    /** All was sent: FIN, then wait for the peer's, dropping what still comes (RFC 9112 9.6). */
    private void finish() {
        if (inputEnded) {
            end();
            return;
        }
        lingering = true;
        dropKept();
        transport.shutdownOutput();
        if (!receiving) {
            receiving = true;
            transport.receive(true);
        }
        deadline = loop.now() + resources.limits().linger().toNanos();
        watch();
    }

    private void discard(int bytes) {
        lingered += bytes;
        if (lingered > LINGER_BYTES_MAX) {
            end();
        }
    }

    private void end() {
        if (!closed) {
            closed = true;
            transport.close();
        }
    }

    /**
     * The transport has closed and nothing it was asked to do is outstanding: now, and not before,
     * buffers and files can be given back.
     */
    void collected() {
        resources.timers().cancel(timer);
        dropKept();
        if (queue != null) {
            queue.clear();
            giveQueueBack();
        }
        resources.counters().add(Counter.CONNECTIONS_CLOSED, 1);
        resources.population().decrementAndGet();
        protocol.closed();
    }

    private void dropKept() {
        if (kept != null) {
            resources.blocks().give(kept);
            kept = null;
        }
    }

    private void giveQueueBack() {
        if (queue != null) {
            resources.queues().give(queue);
            queue = null;
        }
    }
}
