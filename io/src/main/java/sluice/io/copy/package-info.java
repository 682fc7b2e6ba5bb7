/** Copy paths from a file to a socket, and the guard that keeps a loop from waiting for a disk. */
@NullMarked
package sluice.io.copy;

import org.jspecify.annotations.NullMarked;
