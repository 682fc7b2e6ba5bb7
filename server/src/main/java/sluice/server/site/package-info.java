/** Sites: turns a request into its response. */
@NullMarked
package sluice.server.site;

import org.jspecify.annotations.NullMarked;
