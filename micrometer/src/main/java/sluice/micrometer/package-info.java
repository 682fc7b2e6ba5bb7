/** Counters and response times of an embedded server, for Micrometer. */
@NullMarked
package sluice.micrometer;

import org.jspecify.annotations.NullMarked;
