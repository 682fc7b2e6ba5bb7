/** Loops arranged behind listeners, the watchdog, and the back ends by name. */
@NullMarked
package sluice.io.reactor;

import org.jspecify.annotations.NullMarked;
