/** Reads and writes HTTP/2 (RFC 9113) on a connection. */
@NullMarked
package sluice.server.http2;

import org.jspecify.annotations.NullMarked;
