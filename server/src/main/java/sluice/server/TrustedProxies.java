package sluice.server;

import sluice.http.ForwardedField;
import sluice.io.AddressSet;

/**
 * Proxies whose word for who the client is counts: for logs and bounds of each client. Of anybody
 * else the word is not read, since a client can send it, too.
 *
 * @param connections who begins each connection with the PROXY protocol; a connection of one of
 *     them without it is reset
 * @param requests who says it in a field of each request
 * @param field which one these write; they must remove or extend what a client sent in it
 */
public record TrustedProxies(AddressSet connections, AddressSet requests, ForwardedField field) {
    /** None: the peer of a connection is the client. */
    public static final TrustedProxies NONE =
            new TrustedProxies(AddressSet.NONE, AddressSet.NONE, ForwardedField.X_FORWARDED_FOR);
}
