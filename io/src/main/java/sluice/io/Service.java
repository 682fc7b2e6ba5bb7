package sluice.io;

import java.util.function.Supplier;

/** What a server does with its connections: a maker of protocols for each loop. */
@FunctionalInterface
public interface Service {
    /**
     * Called once on every loop, so that what all connections of a loop share needs no lock. The
     * supplier is called once per connection.
     */
    Supplier<Protocol> on(EventLoop loop);

    /** Whether protocols ask for {@link Connection#peer}, which on some loops is far away. */
    default boolean wantsPeers() {
        return false;
    }
}
