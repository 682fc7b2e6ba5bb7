/** Parses and writes HTTP/1.1 and 1.0 on a connection. */
@NullMarked
package sluice.server.http1;

import org.jspecify.annotations.NullMarked;
