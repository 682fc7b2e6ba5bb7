/** What measures the loops' parts from inside: it shares their package on the class path. */
@NullMarked
package sluice.io;

import org.jspecify.annotations.NullMarked;
