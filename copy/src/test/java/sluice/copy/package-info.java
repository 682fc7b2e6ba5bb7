@NullMarked
package sluice.copy;

import org.jspecify.annotations.NullMarked;
