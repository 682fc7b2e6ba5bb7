/** What requests are answered, in no protocol's syntax. */
@NullMarked
package sluice.server.response;

import org.jspecify.annotations.NullMarked;
