/** Sockets and listeners as descriptors or java.nio channels. */
@NullMarked
package sluice.io.socket;

import org.jspecify.annotations.NullMarked;
