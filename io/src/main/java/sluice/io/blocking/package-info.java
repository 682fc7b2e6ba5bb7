/** A thread per connection, platform or virtual. */
@NullMarked
package sluice.io.blocking;

import org.jspecify.annotations.NullMarked;
