/** Real files and sockets for the loops, scripted ones for what a kernel seldom does. */
@NullMarked
package sluice.io;

import org.jspecify.annotations.NullMarked;
