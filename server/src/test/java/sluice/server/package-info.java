/** Tests of the file server: over sockets in every cell, and of the protocol without them. */
@NullMarked
package sluice.server;

import org.jspecify.annotations.NullMarked;
