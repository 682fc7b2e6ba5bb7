package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.Pool;
import sluice.io.Socket;
import sluice.linux.Errno;
import sluice.linux.TlsSession;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A session of the JDK (SSLEngine) over a socket. An idle one holds no memory of its own: blocks
 * are borrowed while something is in them.
 */
final class JdkSession implements Session {
    /** 128 MiB: for two thousand sessions that send and receive at the same moment. */
    private static final int BLOCKS_MAX = 4_096;

    private static final Pool<Block> BLOCKS =
            Pool.shared(BLOCKS_MAX, () -> new Block(Arena.ofAuto()));

    private static final String TLS_1_3 = "TLSv1.3";
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Socket socket;
    private final SSLEngine engine;
    /** Encrypted bytes of the peer. */
    private final Span in = new Span();
    /** Decrypted ones that nobody has read yet. */
    private final Span data = new Span();
    /** Encrypted bytes that the socket has not taken yet. */
    private final Span out = new Span();

    /** The user data in {@link #out}, which counts as written when that is empty. */
    private int writing;

    private boolean begun;
    private boolean complete;
    private boolean broken;
    private boolean closing;
    /** The peer's stream has ended. */
    private boolean ended;

    /** Bytes {@code from..to} of a block, which is borrowed while there are any. */
    private static final class Span {
        private @Nullable Block block;
        private int from;
        private int to;

        boolean isEmpty() {
            return from == to;
        }

        /** False if no block is free. */
        boolean borrow() {
            if (block == null) {
                block = BLOCKS.take();
            }
            return block != null;
        }

        Block block() {
            return Objects.requireNonNull(block, "borrowed");
        }

        /** What is there, to be read. */
        ByteBuffer content() {
            return block().buffer(from, to);
        }

        /** Where more goes: behind what is there, which moves to the start. */
        ByteBuffer room() {
            if (from > 0) {
                MemorySegment memory = block().segment();
                MemorySegment.copy(memory, from, memory, 0, to - from);
                to -= from;
                from = 0;
            }
            return block().buffer(to, block().size());
        }

        void settle() {
            if (from == to) {
                from = 0;
                to = 0;
                if (block != null) {
                    BLOCKS.give(block);
                    block = null;
                }
            }
        }

        void drop() {
            from = to;
            settle();
        }
    }

    JdkSession(Socket socket, SSLEngine engine) {
        this.socket = socket;
        this.engine = engine;
    }

    @Override
    public long handshake() {
        try {
            long outcome = shakeHands();
            data.settle();
            in.settle();
            return outcome;
        } catch (SSLException e) {
            sendAlert();
            return broken(engine.getUseClientMode() ? JdkTrust.outcome(e) : -Errno.EPROTO);
        }
    }

    private long shakeHands() throws SSLException {
        if (!begun) {
            begun = true;
            engine.beginHandshake();
        }
        while (true) {
            long flushed = flush();
            if (flushed < 0) {
                return flushed;
            }
            long step = switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrap(NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrapOrReceive();
                case FINISHED, NOT_HANDSHAKING -> {
                    complete = true;
                    yield 1;
                }
            };
            if (step < 0) {
                return step;
            }
            if (complete) {
                return 0;
            }
        }
    }

    private long runTasks() {
        for (Runnable task = engine.getDelegatedTask();
                task != null;
                task = engine.getDelegatedTask()) {
            task.run();
        }
        return 0;
    }

    private long unwrapOrReceive() throws SSLException {
        long taken = unwrap();
        if (taken == TlsSession.WANT_READ) {
            long received = fill();
            return received == 0 ? broken(-Errno.ECONNRESET) : received;
        }
        return taken == 0 && engine.isInboundDone() ? broken(-Errno.ECONNRESET) : taken;
    }

    /** Receives more; 0 at the end of the stream. */
    private long fill() {
        if (!in.borrow()) {
            return IoResult.NO_BUFFER;
        }
        ByteBuffer room = in.room();
        long received = socket.receive(in.block(), room.position(), room.limit());
        if (received > 0) {
            in.to += (int) received;
        }
        return received == IoResult.AGAIN ? TlsSession.WANT_READ : received;
    }

    /** Takes one record: 0 if it is taken, WANT_READ if it is not whole. */
    private long unwrap() throws SSLException {
        if (in.isEmpty()) {
            return TlsSession.WANT_READ;
        }
        if (!data.borrow()) {
            return IoResult.NO_BUFFER;
        }
        SSLEngineResult result = engine.unwrap(in.content(), data.room());
        in.from += result.bytesConsumed();
        data.to += result.bytesProduced();
        return result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW
                ? TlsSession.WANT_READ
                : 0;
    }

    private long wrap(ByteBuffer from) throws SSLException {
        if (!out.borrow()) {
            return IoResult.NO_BUFFER;
        }
        SSLEngineResult result = engine.wrap(from, out.room());
        out.to += result.bytesProduced();
        writing += result.bytesConsumed();
        boolean stuck = result.bytesProduced() == 0 && result.bytesConsumed() == 0;
        // A peer that has closed, or that asks for new keys again and again and reads nothing.
        return stuck && (from.hasRemaining() || result.getStatus() != SSLEngineResult.Status.CLOSED)
                ? broken(-Errno.ECONNRESET)
                : 0;
    }

    /** 0, or WANT_WRITE if the socket has not taken all. */
    private long flush() {
        while (!out.isEmpty()) {
            long sent = socket.send(out.block(), out.from, out.to, false);
            if (sent < 0) {
                return sent == IoResult.AGAIN ? TlsSession.WANT_WRITE : broken(sent);
            }
            out.from += (int) sent;
        }
        out.settle();
        return 0;
    }

    /** Tells the peer why, if the socket takes it at once. */
    private void sendAlert() {
        try {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && wrap(NOTHING) == 0) {
                flush();
            }
        } catch (SSLException e) {
            // There is nobody to tell.
        }
    }

    @Override
    public @Nullable String agreed() {
        String name = engine.getApplicationProtocol();
        return name == null || name.isEmpty() ? null : name;
    }

    @Override
    public long read(Block block, int from, int to) {
        try {
            long outcome = 1;
            while (data.isEmpty() && outcome > 0) {
                outcome = ended ? 0 : takeRecord();
            }
            if (!data.isEmpty()) {
                int length = Math.min(to - from, data.to - data.from);
                MemorySegment.copy(
                        data.block().segment(), data.from, block.segment(), from, length);
                data.from += length;
                outcome = length;
            }
            data.settle();
            in.settle();
            return outcome;
        } catch (SSLException e) {
            sendAlert();
            return broken(-Errno.EPROTO);
        }
    }

    /** More than 0 if there may be data now, 0 at the end of the peer's stream. */
    private long takeRecord() throws SSLException {
        long taken = unwrap();
        if (taken != TlsSession.WANT_READ) {
            return taken < 0 ? taken : answer();
        }
        long received = fill();
        if (received != 0) {
            return received;
        }
        // The lengths of requests tell a server what is complete; a client needs close_notify.
        if (engine.getUseClientMode()) {
            return broken(-Errno.ECONNRESET);
        }
        ended = true;
        return 0;
    }

    /** To messages of the protocol between the data: new keys of TLS 1.3 (RFC 8446 4.6.3). */
    private long answer() throws SSLException {
        if (engine.isInboundDone()) {
            ended = true;
            return 0;
        }
        while (true) {
            HandshakeStatus now = engine.getHandshakeStatus();
            boolean over = now == HandshakeStatus.NOT_HANDSHAKING
                    || now == HandshakeStatus.FINISHED
                    || now == HandshakeStatus.NEED_UNWRAP;
            if (over && now != HandshakeStatus.NEED_UNWRAP) {
                return 1;
            }
            if (!engine.getSession().getProtocol().equals(TLS_1_3)) {
                // The peer asks for a renegotiation, which nobody gets.
                return broken(-Errno.EPROTO);
            }
            if (over) {
                return 1;
            }
            long done = now == HandshakeStatus.NEED_TASK ? runTasks() : wrap(NOTHING);
            if (done == 0) {
                done = flush();
            }
            if (done < 0 && done != TlsSession.WANT_WRITE) {
                return done;
            }
        }
    }

    @Override
    public long write(Block block, int from, int length) {
        try {
            long wrapped = writing > 0 ? 0 : wrap(block.buffer(from, from + length));
            if (wrapped < 0) {
                return wrapped;
            }
            long flushed = flush();
            if (flushed < 0) {
                return flushed;
            }
            int written = writing;
            writing = 0;
            return written;
        } catch (SSLException e) {
            return broken(-Errno.EPROTO);
        }
    }

    @Override
    public boolean hasPending() {
        return !in.isEmpty() || !data.isEmpty();
    }

    @Override
    public long closeNotify() {
        if (!complete || broken) {
            return 0;
        }
        try {
            if (!closing) {
                closing = true;
                engine.closeOutbound();
                wrap(NOTHING);
            }
            return flush() == TlsSession.WANT_WRITE ? TlsSession.WANT_WRITE : 0;
        } catch (SSLException e) {
            broken(-Errno.EPROTO);
            return 0;
        }
    }

    @Override
    public void free() {
        broken = true;
        in.drop();
        data.drop();
        out.drop();
    }

    private long broken(long outcome) {
        broken = true;
        return outcome;
    }
}
