/** Other servers: how each is found, fetched, configured and started. */
@NullMarked
package sluice.lab.peer;

import org.jspecify.annotations.NullMarked;
