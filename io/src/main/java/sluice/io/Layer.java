package sluice.io;

import org.jspecify.annotations.Nullable;

/**
 * Sits between the connections of a server and the network and changes their bytes, as TLS does;
 * protocols do not notice it. Only this module implements layers.
 */
public interface Layer {
    /** The name in reports. */
    String label();

    /** Why it cannot be used with that machinery, and what to do; null if it can. */
    @Nullable
    String refusal(Machinery asked);

    /**
     * The machinery that runs if {@code asked} was asked for: with a layer that changes bytes,
     * {@link CopyMode#AUTO} stands for a path that copies them to user space.
     */
    Machinery under(Machinery asked);
}
