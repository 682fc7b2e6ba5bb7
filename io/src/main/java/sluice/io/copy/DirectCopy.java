package sluice.io.copy;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.OpenFile;
import sluice.io.Socket;

import java.util.function.IntConsumer;

/**
 * read + write through one off-heap buffer of the loop: copies each byte into user space and out
 * again. Reads again what a full socket did not take, so that a waiting connection needs no buffer.
 */
public final class DirectCopy implements CopyPath {
    private final Block buffer;
    private final Counters counters;
    private final IntConsumer detour;

    public DirectCopy(Block buffer, Counters counters) {
        this(buffer, counters, _ -> {});
    }

    /** {@code detour} processes the given number of bytes between read and write. */
    public DirectCopy(Block buffer, Counters counters, IntConsumer detour) {
        this.buffer = buffer;
        this.counters = counters;
        this.detour = detour;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        long done = 0;
        while (done < length) {
            int want = (int) Math.min(buffer.size(), length - done);
            counters.add(Counter.FILE_CALLS, 1);
            long read = file.read(offset + done, buffer, want);
            if (read <= 0) {
                return done > 0 ? done : read;
            }
            detour.accept((int) read);
            boolean follows = more || done + read < length;
            counters.add(Counter.FILE_CALLS, 1);
            long sent = socket.send(buffer, 0, (int) read, follows);
            if (sent < 0) {
                return done > 0 ? done : sent;
            }
            done += sent;
            if (sent < read) {
                return done;
            }
        }
        return done;
    }
}
