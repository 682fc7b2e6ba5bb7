/** Receives uploads, and changes and deletes files. */
@NullMarked
package sluice.server.upload;

import org.jspecify.annotations.NullMarked;
