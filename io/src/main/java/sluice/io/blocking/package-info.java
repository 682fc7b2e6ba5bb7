/** A thread per connection, of the system or virtual. */
@NullMarked
package sluice.io.blocking;

import org.jspecify.annotations.NullMarked;
