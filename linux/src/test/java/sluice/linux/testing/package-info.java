/** Replaces the kernel in tests of other modules. */
@NullMarked
package sluice.linux.testing;

import org.jspecify.annotations.NullMarked;
