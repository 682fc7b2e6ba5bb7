/** Tests of the command: in this process by its exit codes and words, and as a process. */
@NullMarked
package sluice.cli;

import org.jspecify.annotations.NullMarked;
