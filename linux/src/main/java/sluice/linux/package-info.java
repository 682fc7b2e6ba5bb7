/** Linux system calls through the foreign function API; results are values, errors are -errno. */
@NullMarked
package sluice.linux;

import org.jspecify.annotations.NullMarked;
