@NullMarked
package sluice.micrometer;

import org.jspecify.annotations.NullMarked;
