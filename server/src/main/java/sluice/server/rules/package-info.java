/** What a site does beside sending files: fields, redirects, own error pages, passwords. */
@NullMarked
package sluice.server.rules;

import org.jspecify.annotations.NullMarked;
