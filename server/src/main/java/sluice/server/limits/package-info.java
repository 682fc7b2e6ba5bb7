/** What a single client may take of a server. */
@NullMarked
package sluice.server.limits;

import org.jspecify.annotations.NullMarked;
