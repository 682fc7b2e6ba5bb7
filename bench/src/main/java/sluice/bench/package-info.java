/** Micro-benchmarks and the comparison with other servers. */
@NullMarked
package sluice.bench;

import org.jspecify.annotations.NullMarked;
