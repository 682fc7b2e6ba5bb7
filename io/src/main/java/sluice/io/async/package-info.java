/** Models with asynchronous calls: java.nio asynchronous channels and POSIX aio. */
@NullMarked
package sluice.io.async;

import org.jspecify.annotations.NullMarked;
