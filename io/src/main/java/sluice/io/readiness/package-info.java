/** Readiness models: one engine, and a poller for each way to ask which sockets are ready. */
@NullMarked
package sluice.io.readiness;

import org.jspecify.annotations.NullMarked;
