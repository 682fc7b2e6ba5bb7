/** Copies files and trees of them, by a way of your choice; whole or not at all. */
@NullMarked
package sluice.copy;

import org.jspecify.annotations.NullMarked;
