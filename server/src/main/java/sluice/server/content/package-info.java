/** The cache of files: looks up, describes, keeps and evicts them. */
@NullMarked
package sluice.server.content;

import org.jspecify.annotations.NullMarked;
