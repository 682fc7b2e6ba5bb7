/** Follows responses to their last byte, for those who want to know. */
@NullMarked
package sluice.server.trace;

import org.jspecify.annotations.NullMarked;
