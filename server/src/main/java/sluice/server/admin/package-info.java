/** What an operator asks a running server: metrics, its health, and a page. */
@NullMarked
package sluice.server.admin;

import org.jspecify.annotations.NullMarked;
