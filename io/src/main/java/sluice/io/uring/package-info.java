/** Everything that knows a ring of io_uring(7). */
@NullMarked
package sluice.io.uring;

import org.jspecify.annotations.NullMarked;
