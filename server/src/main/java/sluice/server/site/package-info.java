/** From a request to its response. */
@NullMarked
package sluice.server.site;

import org.jspecify.annotations.NullMarked;
