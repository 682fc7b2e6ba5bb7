/** Readiness models: one engine, and a poller for each of the kernel's readiness calls. */
@NullMarked
package sluice.io.readiness;

import org.jspecify.annotations.NullMarked;
