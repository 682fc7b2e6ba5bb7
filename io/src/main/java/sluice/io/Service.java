package sluice.io;

import java.util.List;
import java.util.function.Supplier;

/** What a server does with its connections: creates protocols on each loop. */
@FunctionalInterface
public interface Service {
    /**
     * Called once on every loop, so that objects shared by the connections of a loop need no lock.
     * The loop calls the supplier once per connection.
     */
    Supplier<Protocol> on(EventLoop loop);

    /**
     * The names of its protocols for a handshake that chooses one (TLS: ALPN), the preferred one
     * first; see {@link ProtocolChoice}.
     */
    default List<String> protocols() {
        return List.of();
    }

    /** Whether protocols call {@link Connection#peer}, which is expensive on some loops. */
    default boolean wantsPeers() {
        return false;
    }
}
