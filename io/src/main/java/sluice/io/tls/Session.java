package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.linux.TlsSession;

/**
 * One side of a TLS session over a socket that it does not own. Results are those of {@link
 * TlsSession}. One thread at a time.
 */
interface Session {
    /** Does what is possible of the handshake: 0 if it is complete, or a negative result. */
    long handshake();

    /** The protocol that both sides agreed on (ALPN), or null. */
    @Nullable
    String agreed();

    /** Reads user data to {@code from..to}. */
    long read(Block block, int from, int to);

    /** Writes user data as one record; see {@link TlsSession#write}. */
    long write(Block block, int from, int length);

    /** Whether bytes of the peer are held here, perhaps of an unfinished record. */
    boolean hasPending();

    /** Sends close_notify; see {@link TlsSession#closeNotify}. */
    long closeNotify();

    /** Frees it; what the peer has not got of it is lost. */
    void free();
}
