/** Asks an application, and passes its answer on. */
@NullMarked
package sluice.server.app;

import org.jspecify.annotations.NullMarked;
