package sluice.client;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Takes what nobody wants, such as an error's page. */
final class Discard implements Sink {
    /** Of an error's page; who sends more has other plans. */
    private static final long MOST = 1 << 20;

    private long taken;

    @Override
    public void write(MemorySegment bytes, int from, int to) throws IOException {
        taken += to - from;
        if (taken > MOST) {
            throw new IOException("the server answers with an error and a page without end");
        }
    }
}
