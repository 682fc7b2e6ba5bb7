/** Files over HTTP: what an embedder calls, and the values that go with it. */
@NullMarked
package sluice.server;

import org.jspecify.annotations.NullMarked;
