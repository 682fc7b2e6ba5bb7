/** Reads access logs: what answers have cost. */
@NullMarked
package sluice.lab.cost;

import org.jspecify.annotations.NullMarked;
