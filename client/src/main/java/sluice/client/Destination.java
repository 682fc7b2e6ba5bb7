package sluice.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Where the octets of a download go, over as many responses as it takes. */
interface Destination extends Sink {
    /** Octets received so far. */
    long size();

    /** What is needed to request the rest; null if nothing was received. */
    @Nullable
    PartState state();

    /** Starts at the first octet of a version. */
    void begin(PartState begun) throws IOException;

    /** Resumes at {@code offset}, which is {@link #size} or less, with a response up to an end. */
    void goOn(long offset, long end) throws IOException;

    /** What the user may do to start over where the server cannot resume. */
    String startingOver();
}
