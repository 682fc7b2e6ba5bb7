/** Files over HTTP: document root, file cache, and the API for embedding. */
@NullMarked
package sluice.server;

import org.jspecify.annotations.NullMarked;
