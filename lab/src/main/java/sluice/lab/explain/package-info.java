/** Explains an answer, and the ways of waiting and copying. */
@NullMarked
package sluice.lab.explain;

import org.jspecify.annotations.NullMarked;
