/** Models whose calls are begun and end later: asynchronous channels and POSIX aio. */
@NullMarked
package sluice.io.async;

import org.jspecify.annotations.NullMarked;
