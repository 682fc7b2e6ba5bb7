/**
 * Linux system calls through {@link java.lang.foreign}, without JNI.
 *
 * <p>Every call returns its result, or the negated {@code errno} when the kernel refuses: see
 * {@link sluice.linux.Errno}. Nothing is thrown, nothing is retried and nothing is allocated on the
 * data path: {@code EINTR} comes back like any other value and the caller decides. Memory is passed
 * by address, so the caller keeps the segment behind an address alive until the call has returned.
 */
@NullMarked
package sluice.linux;

import org.jspecify.annotations.NullMarked;
