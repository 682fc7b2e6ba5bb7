/** The loop that many connections share, and what an engine gives it. */
@NullMarked
package sluice.io.loop;

import org.jspecify.annotations.NullMarked;
