/**
 * Linux system calls through {@link java.lang.foreign}, without JNI.
 *
 * <p>Every call returns its result, or the negated {@code errno} if it fails: see {@link
 * sluice.linux.Errno}. Calls throw nothing, retry nothing and allocate nothing on the data path:
 * they return {@code EINTR} like any other error, and the caller decides. Memory is passed by
 * address, so the caller must keep its segment alive until the call returns.
 */
@NullMarked
package sluice.linux;

import org.jspecify.annotations.NullMarked;
