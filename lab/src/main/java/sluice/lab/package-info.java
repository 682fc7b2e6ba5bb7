/** The lab: load, measurements, reports. */
@NullMarked
package sluice.lab;

import org.jspecify.annotations.NullMarked;
