package sluice.server;

import java.io.IOException;
import java.net.URI;

/**
 * Opens stores of one kind. A module that has one names it as a service, so the server needs no
 * library of any store.
 */
public interface OriginProvider {
    /** The scheme of its addresses, as {@code s3}. */
    String scheme();

    /**
     * Opens a store.
     *
     * @param address as {@code s3://bucket/prefix}
     * @throws IOException if it cannot be used, with the reason
     */
    Origin open(URI address) throws IOException;
}
