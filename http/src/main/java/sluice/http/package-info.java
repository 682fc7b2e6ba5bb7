/**
 * HTTP as pure functions of bytes: HTTP/1.1 (RFC 9110, RFC 9112), and HPACK for HTTP/2 (RFC 7541).
 * No sockets, no files, no clocks.
 *
 * <p>Parsers take bytes as a {@link java.lang.foreign.MemorySegment} and two offsets. Objects that
 * hold the result of a parser are mutable, belong to one thread and are reused for the next
 * message, so that parsing allocates nothing. An error is a value: a negative HTTP status. HPACK
 * takes arrays, since its strings lie in tables as often as in the block.
 */
@NullMarked
package sluice.http;

import org.jspecify.annotations.NullMarked;
