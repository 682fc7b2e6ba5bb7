/** HTTP/1.1 as pure functions of bytes: no sockets, no files, no clocks. */
@NullMarked
package sluice.http;

import org.jspecify.annotations.NullMarked;
