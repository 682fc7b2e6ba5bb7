/** Event loops, send queues, copy paths, buffers and timers. */
@NullMarked
package sluice.io;

import org.jspecify.annotations.NullMarked;
