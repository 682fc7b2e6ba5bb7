/** What clients may reach of a file system: paths, directories and versions of files. */
@NullMarked
package sluice.server.root;

import org.jspecify.annotations.NullMarked;
