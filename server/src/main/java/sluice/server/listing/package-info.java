/** Pages and JSON of directories. */
@NullMarked
package sluice.server.listing;

import org.jspecify.annotations.NullMarked;
