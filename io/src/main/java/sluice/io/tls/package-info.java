/** TLS between connections and the network. */
@NullMarked
package sluice.io.tls;

import org.jspecify.annotations.NullMarked;
