/**
 * HTTP/1.1 as pure functions of bytes (RFC 9110, RFC 9112): no sockets, no files, no clocks.
 *
 * <p>Parsers take bytes as a {@link java.lang.foreign.MemorySegment} and two offsets. Objects that
 * hold the result of a parser are mutable, belong to one thread and are reused for the next
 * message, so that parsing allocates nothing. An error is a value: a negative HTTP status.
 */
@NullMarked
package sluice.http;

import org.jspecify.annotations.NullMarked;
