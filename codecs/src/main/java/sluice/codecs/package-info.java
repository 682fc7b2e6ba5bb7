/** Encoders over native libraries; on the module or class path they are found by themselves. */
@NullMarked
package sluice.codecs;

import org.jspecify.annotations.NullMarked;
