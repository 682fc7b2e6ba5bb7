@NullMarked
package sluice.beside;

import org.jspecify.annotations.NullMarked;
