package sluice.server.response;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;

/** The pieces of one sending of a {@link Body.Pieced}, in order. Loop thread only. */
public interface Pieces {
    /**
     * The next piece, which the caller releases: octets in memory, or a region.
     *
     * @return null if it is not there: {@link #await} says whether it will be
     */
    @Nullable
    Body next();

    /**
     * Called after null.
     *
     * @param ready runs on the loop when {@link #next} may be called again
     * @return null if {@code ready} will run; else the reason why the body ends here, unfinished
     */
    @Nullable
    Counter await(Runnable ready);

    /** Nobody wants more pieces. */
    void close();
}
