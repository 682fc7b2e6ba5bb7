/** The command line: commands, flags and exit codes. */
@NullMarked
package sluice.cli;

import org.jspecify.annotations.NullMarked;
