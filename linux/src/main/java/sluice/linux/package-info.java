/**
 * Linux system calls through {@link java.lang.foreign}, without JNI.
 *
 * <p>Every call returns its result, or the negated {@code errno} if it fails: see {@link
 * sluice.linux.Errno}. Calls throw nothing, retry nothing and create no object of their own on the
 * data path (the JDK may create a slice of 40 bytes for errno): they return {@code EINTR} like any
 * other error, and the caller decides. Memory is passed by
 * address, so the caller must keep its segment alive until the call returns.
 */
@NullMarked
package sluice.linux;

import org.jspecify.annotations.NullMarked;
