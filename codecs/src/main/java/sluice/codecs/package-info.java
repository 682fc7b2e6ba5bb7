/** Encoders that use native libraries; ServiceLoader finds them on the module or class path. */
@NullMarked
package sluice.codecs;

import org.jspecify.annotations.NullMarked;
