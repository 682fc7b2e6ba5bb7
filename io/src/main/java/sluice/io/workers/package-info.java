/** The reactor design in which workers run the protocols of a loop that moves bytes. */
@NullMarked
package sluice.io.workers;

import org.jspecify.annotations.NullMarked;
