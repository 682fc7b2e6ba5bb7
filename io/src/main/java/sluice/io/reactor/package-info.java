/** Reactor designs, the watchdog, and the choice of back ends. */
@NullMarked
package sluice.io.reactor;

import org.jspecify.annotations.NullMarked;
