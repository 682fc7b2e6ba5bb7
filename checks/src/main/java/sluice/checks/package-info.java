/** What holds for the whole repository: formatting, tidiness, arrows between modules. */
@NullMarked
package sluice.checks;

import org.jspecify.annotations.NullMarked;
