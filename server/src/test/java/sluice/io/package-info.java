/** What a test of a protocol needs of io's inside: tests run on the class path for its sake. */
@NullMarked
package sluice.io;

import org.jspecify.annotations.NullMarked;
