package sluice.server.app;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * Where a request came from, as the application is told.
 *
 * @param client its sender; null if it is not known
 * @param secure whether it came over TLS that ends here
 */
public record RequestOrigin(@Nullable InetSocketAddress client, boolean secure) {}
