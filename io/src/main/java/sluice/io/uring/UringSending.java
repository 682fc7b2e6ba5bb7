package sluice.io.uring;

import org.jspecify.annotations.Nullable;

import sluice.io.Chunk;
import sluice.io.CopyMode;
import sluice.io.FileChunk;
import sluice.io.IoResult;
import sluice.io.MemoryChunk;
import sluice.io.Quantum;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;
import sluice.linux.Uring;

import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * The sending side of a connection on a ring. An operation of the ring sends memory. The copy path
 * sends a region of a file, at once or in an operation that it starts ({@link RingZeroCopy}). Only
 * a full socket is polled for room.
 */
final class UringSending {
    private final SharedLoop loop;
    private final UringEngine engine;
    private final UringOperations operations;
    private final boolean watchesErrors;
    private final Quantum quantum = new Quantum();
    private final Runnable report = this::report;
    private final LongConsumer loaded = this::loaded;
    private @Nullable Chunk sending;
    /** Whether another chunk follows {@link #sending}: a property of the chunk, not a phase. */
    private boolean more;

    private long result;

    UringSending(SharedLoop loop, UringEngine engine, UringOperations operations) {
        this.loop = loop;
        this.engine = engine;
        this.operations = operations;
        watchesErrors = loop.copy() == CopyMode.ZEROCOPY && !engine.sendsZeroCopy();
    }

    void send(Chunk chunk, boolean more) {
        sending = chunk;
        this.more = more;
        if (chunk instanceof MemoryChunk memory) {
            operations.send(memory, more);
        } else {
            trySend(chunk);
        }
    }

    private void trySend(Chunk chunk) {
        operations.block(false);
        RawSocket socket = operations.socket();
        long sent = chunk.sendTo(socket, engine.path(), quantum.left(loop.turn()), more);
        if (sent == IoResult.AGAIN) {
            awaitRoom();
            return;
        }
        if (sent == IoResult.COLD) {
            loop.load((FileChunk) chunk, engine.path(), loaded);
            return;
        }
        if (sent == IoResult.BEGUN) {
            return;
        }
        watchErrors();
        tried(sent);
    }

    private void tried(long sent) {
        sending = null;
        result = sent;
        quantum.sent(sent);
        loop.completions().add(report, quantum.isUsedUp());
    }

    private void awaitRoom() {
        operations.poll(UringOperations.ROOM, Uring.POLLOUT);
    }

    private void loaded(long failure) {
        if (operations.areEnding() || sending == null) {
            return;
        }
        if (failure < 0) {
            tried(failure);
        } else {
            trySend(sending);
        }
    }

    /** The kernel says by an error that it is done with memory of ours; a receive hides that. */
    private void watchErrors() {
        if (watchesErrors) {
            operations.poll(UringOperations.ERRORS, 0);
        }
    }

    private void report() {
        if (!operations.areEnding()) {
            operations.owner().sent(result);
        }
    }

    // Results of the ring

    void sent(int value) {
        Chunk chunk = Objects.requireNonNull(sending, "a send has ended");
        if (value == -Errno.EAGAIN) {
            awaitRoom();
        } else if (value == -Errno.EINTR) {
            send(chunk, more);
        } else {
            sending = null;
            operations.owner().sent(value);
        }
    }

    void writable() {
        if (sending != null && !operations.isOutstanding(UringOperations.SEND)) {
            send(sending, more);
        }
    }

    void errors() {
        if (operations.socket().reapSends()) {
            watchErrors();
        }
    }
}
