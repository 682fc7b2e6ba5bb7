package sluice.copy;

import java.io.IOException;

/** One way of copying bytes between two open files. One thread. */
interface RegionCopy extends AutoCloseable {
    /**
     * Copies bytes of a region to the same place in the target.
     *
     * @return how many, at least one; 0 if the source ends there; or {@code -errno}
     */
    long copy(OpenPair files, long offset, long length) throws IOException;

    @Override
    default void close() {}
}
