package sluice.lab.cost;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines of a file in bytes. It keeps no more of a line than the longest that a server writes. */
final class LineReader {
    /**
     * A head has 8 KiB at most, and an access log escapes an octet with six characters. Three of
     * its members come from the head.
     */
    static final int LINE_MAX = 256 << 10;

    private static final int BUFFER = 64 << 10;

    private final InputStream from;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private byte[] line = new byte[1_024];

    LineReader(InputStream from) {
        this.from = from;
    }

    /** The next line, cut at the limit; null at the end. */
    byte @Nullable [] next() throws IOException {
        int length = 0;
        boolean any = false;
        while (true) {
            if (at == end) {
                at = 0;
                end = Math.max(0, from.read(buffer));
                if (end == 0) {
                    return any ? Arrays.copyOf(line, length) : null;
                }
            }
            any = true;
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            length = keep(length, stop - at);
            at = stop;
            if (at < end) {
                at++;
                return Arrays.copyOf(line, length);
            }
        }
    }

    private int keep(int length, int count) {
        int kept = Math.min(count, LINE_MAX - length);
        if (length + kept > line.length) {
            line = Arrays.copyOf(line, Math.min(LINE_MAX, Math.max(length + kept, 2 * length)));
        }
        System.arraycopy(buffer, at, line, length, kept);
        return length + kept;
    }
}
