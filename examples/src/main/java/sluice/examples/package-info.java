/** What docs/protocols.md explains. */
@NullMarked
package sluice.examples;

import org.jspecify.annotations.NullMarked;
