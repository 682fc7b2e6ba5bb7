/** What tests of other modules use in place of the kernel. */
@NullMarked
package sluice.linux.testing;

import org.jspecify.annotations.NullMarked;
