/** Changes files. */
@NullMarked
package sluice.server.upload;

import org.jspecify.annotations.NullMarked;
