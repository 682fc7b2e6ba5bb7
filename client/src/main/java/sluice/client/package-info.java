/** Downloads and uploads of single files over HTTP/1.1 that resume after broken connections. */
@NullMarked
package sluice.client;

import org.jspecify.annotations.NullMarked;
