/** Sockets and listeners, by descriptor or by java.nio channel. */
@NullMarked
package sluice.io.socket;

import org.jspecify.annotations.NullMarked;
