/** Objects of a store, of which this machine keeps parts. */
@NullMarked
package sluice.server.tier;

import org.jspecify.annotations.NullMarked;
