/** Connections that load a server, over the loops of {@code sluice.io}. */
@NullMarked
package sluice.lab.load;

import org.jspecify.annotations.NullMarked;
