package sluice.io.copy;

import sluice.io.FileChunk;
import sluice.io.FileSource;
import sluice.io.LinuxFile;

import java.util.function.BooleanSupplier;

/**
 * Reads, on a worker, the part of a file that a loop found cold. It holds its own use of the file:
 * the connection that wants the bytes may end before the read does.
 */
public final class ColdRead implements Runnable {
    private final FileSource source;
    private final long from;
    private final long to;
    private final BooleanSupplier inVain;

    /** {@code inVain} tells that no connection waits any more. Called while the file is in use. */
    public ColdRead(FileChunk chunk, BooleanSupplier inVain) {
        source = chunk.source();
        if (!source.retain()) {
            throw new IllegalStateException("a file that is being sent was released");
        }
        from = chunk.offset();
        to = Math.min(from + chunk.remaining(), ColdGuard.endOfWindow(from));
        this.inVain = inVain;
    }

    public LinuxFile file() {
        return (LinuxFile) source.file();
    }

    public long from() {
        return from;
    }

    public long to() {
        return to;
    }

    @Override
    public void run() {
        try {
            if (!inVain.getAsBoolean()) {
                file().pageCache().load(from, to);
            }
        } finally {
            source.release();
        }
    }
}
