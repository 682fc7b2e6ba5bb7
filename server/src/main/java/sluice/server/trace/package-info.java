/** Traces responses to their last byte, for listeners and Flight Recorder. */
@NullMarked
package sluice.server.trace;

import org.jspecify.annotations.NullMarked;
