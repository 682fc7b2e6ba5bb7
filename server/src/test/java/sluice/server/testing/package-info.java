/** What tests of several rooms use. */
@NullMarked
package sluice.server.testing;

import org.jspecify.annotations.NullMarked;
