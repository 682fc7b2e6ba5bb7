package sluice.client;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Discards a body that nothing uses, such as an error page. */
final class Discard implements Sink {
    /** Maximum size of an error page; a server that sends more is broken or malicious. */
    private static final long MOST = 1 << 20;

    private long taken;

    @Override
    public void write(MemorySegment bytes, int from, int to) throws IOException {
        taken += to - from;
        if (taken > MOST) {
            throw new IOException("the server sent an error page of more than " + MOST + " bytes");
        }
    }
}
