package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.Socket;
import sluice.linux.Errno;
import sluice.linux.TlsSession;

import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;

/**
 * A socket around a socket, whose bytes a session encrypts. It says ENOSYS to splice, which would
 * put encrypted bytes into files.
 */
final class TlsSocket implements Socket {
    /** How long a blocking socket waits for room for close_notify, as a connection lingers. */
    private static final int CLOSE_MILLIS = 2_000;

    private final Socket plain;
    private final Session session;
    private final boolean blocking;
    /** What a proxy says first; null if there are none. */
    private final @Nullable ProxyPreface preface;
    /** The length of the record that waits in the session; 0 without one. */
    private int pending;
    /** The last read left bytes in the session. */
    private boolean holdsInput;

    private @Nullable String agreed;

    TlsSocket(Socket plain, Session session, boolean blocking) {
        this(plain, session, blocking, null);
    }

    TlsSocket(Socket plain, Session session, boolean blocking, @Nullable ProxyPreface preface) {
        this.plain = plain;
        this.session = session;
        this.blocking = blocking;
        this.preface = preface;
    }

    @Override
    public boolean hasHandshake() {
        return true;
    }

    @Override
    public long handshake() {
        long before = preface == null ? 0 : preface.read(plain);
        if (before != 0) {
            return before;
        }
        long outcome = session.handshake();
        if (outcome == 0) {
            agreed = session.agreed();
            holdsInput = session.hasPending();
            return 0;
        }
        if (outcome == TlsSession.WANT_READ) {
            return IoResult.AGAIN;
        }
        if (outcome == TlsSession.WANT_WRITE) {
            // Only a time limit ends a blocking send without room: there is nothing to wait for.
            return blocking ? IoResult.AGAIN : IoResult.NO_ROOM;
        }
        return outcome;
    }

    @Override
    public @Nullable String agreed() {
        return agreed;
    }

    @Override
    public long receive(Block block, int from, int to) {
        long received = session.read(block, from, to);
        holdsInput = received > 0 && session.hasPending();
        return result(received);
    }

    /** A peer that breaks the protocol once it is open has left, and is not worth a log line. */
    private static long result(long outcome) {
        if (outcome == TlsSession.WANT_READ || outcome == TlsSession.WANT_WRITE) {
            return IoResult.AGAIN;
        }
        return outcome == -Errno.EPROTO ? -Errno.ECONNRESET : outcome;
    }

    @Override
    public boolean holdsInput() {
        return holdsInput;
    }

    @Override
    public long peek(Block scratch) {
        return holdsInput ? 1 : plain.peek(scratch);
    }

    @Override
    public int heldOutput() {
        return pending;
    }

    /** Sends record by record, first the one that waits: it is of the same bytes. */
    @Override
    public long send(Block block, int from, int to, boolean more) {
        long done = 0;
        int left = to - from;
        while (left > 0 || pending > 0) {
            int length = pending > 0 ? pending : Math.min(TlsSession.RECORD_MAX, left);
            long sent = session.write(block, from + (int) done, length);
            if (sent < 0) {
                pending =
                        sent == TlsSession.WANT_WRITE || sent == TlsSession.WANT_READ ? length : 0;
                return done > 0 ? done : result(sent);
            }
            pending = 0;
            done += sent;
            left -= (int) sent;
        }
        return done;
    }

    @Override
    public long finishOutput() {
        if (blocking) {
            plain.limitSends(CLOSE_MILLIS);
        }
        if (session.closeNotify() == TlsSession.WANT_WRITE && !blocking) {
            return IoResult.AGAIN;
        }
        plain.shutdownOutput();
        return 0;
    }

    @Override
    public int descriptor() {
        return plain.descriptor();
    }

    @Override
    public SelectableChannel channel() {
        return plain.channel();
    }

    @Override
    public long connect(InetSocketAddress address) {
        return plain.connect(address);
    }

    @Override
    public long finishConnect() {
        return plain.finishConnect();
    }

    @Override
    public long unacknowledged() {
        return plain.unacknowledged();
    }

    @Override
    public @Nullable InetSocketAddress peer() {
        InetSocketAddress source = preface == null ? null : preface.source();
        return source == null ? plain.peer() : source;
    }

    @Override
    public void limitUnsent(int bytes) {
        plain.limitUnsent(bytes);
    }

    @Override
    public boolean limitSends(int millis) {
        return plain.limitSends(millis);
    }

    @Override
    public void shutdownInput() {
        plain.shutdownInput();
    }

    /** Another thread may call it, so the session is not asked. */
    @Override
    public void shutdownOutput() {
        plain.shutdownOutput();
    }

    /** Without close_notify: the peer must not take what it got for complete. */
    @Override
    public void abort() {
        session.free();
        plain.abort();
    }

    @Override
    public void close() {
        // A socket that blocks and has no time limit could wait for ever.
        if (pending == 0 && (!blocking || plain.limitSends(CLOSE_MILLIS))) {
            session.closeNotify();
        }
        session.free();
        plain.close();
    }
}
