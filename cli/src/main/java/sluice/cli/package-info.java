/** The command line: commands, options and exit codes. */
@NullMarked
package sluice.cli;

import org.jspecify.annotations.NullMarked;
