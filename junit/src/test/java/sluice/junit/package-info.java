/** Serves directories to tests. */
@NullMarked
package sluice.junit;

import org.jspecify.annotations.NullMarked;
