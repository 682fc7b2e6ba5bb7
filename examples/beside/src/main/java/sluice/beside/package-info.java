/** A server of files in the same program as a web framework. */
@NullMarked
package sluice.beside;

import org.jspecify.annotations.NullMarked;
