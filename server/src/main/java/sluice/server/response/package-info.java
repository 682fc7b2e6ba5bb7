/** Responses, independent of any protocol's syntax. */
@NullMarked
package sluice.server.response;

import org.jspecify.annotations.NullMarked;
