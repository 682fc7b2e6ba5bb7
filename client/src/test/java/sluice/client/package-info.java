@NullMarked
package sluice.client;

import org.jspecify.annotations.NullMarked;
