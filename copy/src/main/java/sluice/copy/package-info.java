/** Copies files and trees atomically, by a method of the caller's choice. */
@NullMarked
package sluice.copy;

import org.jspecify.annotations.NullMarked;
