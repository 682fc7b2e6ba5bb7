/** What measures the server's parts from inside: it shares their package on the class path. */
@NullMarked
package sluice.server;

import org.jspecify.annotations.NullMarked;
