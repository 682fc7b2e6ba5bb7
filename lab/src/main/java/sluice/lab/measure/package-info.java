/** Looks at the process of a server from outside. */
@NullMarked
package sluice.lab.measure;

import org.jspecify.annotations.NullMarked;
