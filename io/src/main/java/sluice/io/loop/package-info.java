/** The loop that many connections share, and the contract of its engines. */
@NullMarked
package sluice.io.loop;

import org.jspecify.annotations.NullMarked;
