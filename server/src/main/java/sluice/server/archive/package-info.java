/** A directory and all below it as one tar, whose files the loop sends by its copy path. */
@NullMarked
package sluice.server.archive;

import org.jspecify.annotations.NullMarked;
