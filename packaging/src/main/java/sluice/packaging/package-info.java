/** Makes what a user installs: programs that the build runs with the profile {@code dist}. */
@NullMarked
package sluice.packaging;

import org.jspecify.annotations.NullMarked;
