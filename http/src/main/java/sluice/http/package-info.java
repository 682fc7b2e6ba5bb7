/**
 * HTTP/1.1 as pure functions of bytes (RFC 9110, RFC 9112): no sockets, no files, no clocks.
 *
 * <p>Bytes come as a {@link java.lang.foreign.MemorySegment} and two offsets. Objects that hold the
 * result of a parser are mutable, belong to one thread and are used again for the next message, so
 * that nothing is allocated per request. A refusal is a value: a negative HTTP status.
 */
@NullMarked
package sluice.http;

import org.jspecify.annotations.NullMarked;
