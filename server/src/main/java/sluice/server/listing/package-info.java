/** Lists directories as pages and JSON. */
@NullMarked
package sluice.server.listing;

import org.jspecify.annotations.NullMarked;
