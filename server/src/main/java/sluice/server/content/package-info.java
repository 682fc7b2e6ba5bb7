/** Files that are known: found, described, kept and let go of. */
@NullMarked
package sluice.server.content;

import org.jspecify.annotations.NullMarked;
