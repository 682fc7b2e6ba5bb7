package sluice.copy;

import java.io.IOException;

/** Copies bytes between two open files by one {@link CopyMethod}. One thread. */
interface RegionCopy extends AutoCloseable {
    /**
     * Copies bytes of a region to the same offset in the target.
     *
     * @return bytes copied, at least one; 0 if the source ends there; or {@code -errno}
     */
    long copy(OpenPair files, long offset, long length) throws IOException;

    @Override
    default void close() {}
}
