package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.linux.TlsSession;

/** A session of libssl, which reads and writes the descriptor itself. */
record OpenSslSession(TlsSession session) implements Session {
    @Override
    public long handshake() {
        return session.handshake();
    }

    @Override
    public @Nullable String agreed() {
        return session.agreed();
    }

    @Override
    public long read(Block block, int from, int to) {
        return session.read(block.address() + from, to - from);
    }

    @Override
    public long write(Block block, int from, int length) {
        return session.write(block.address() + from, length);
    }

    @Override
    public boolean hasPending() {
        return session.hasPending();
    }

    @Override
    public long closeNotify() {
        return session.closeNotify();
    }

    @Override
    public void free() {
        session.free();
    }
}
