/** Serves files over HTTP: the API that an embedder calls, and its values. */
@NullMarked
package sluice.server;

import org.jspecify.annotations.NullMarked;
