package sluice.io.testing;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LoopResources;
import sluice.io.OpenFile;
import sluice.io.Socket;

/** Moves a region to a {@link MemorySocket} in one try, or a block of it. */
final class MemoryCopy implements CopyPath {
    private final Block buffer;
    private final Counters counters;

    MemoryCopy(LoopResources resources) {
        buffer = resources.newBlock();
        counters = resources.counters();
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        counters.add(Counter.FILE_CALLS, 1);
        long read = file.read(offset, buffer, (int) Math.min(length, buffer.size()));
        return read <= 0 ? read : socket.send(buffer, 0, (int) read, more);
    }
}
