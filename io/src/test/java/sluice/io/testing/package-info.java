/** What tests of several rooms use. */
@NullMarked
package sluice.io.testing;

import org.jspecify.annotations.NullMarked;
