package sluice.io.copy;

import sluice.io.FileChunk;
import sluice.io.FileSource;
import sluice.io.IoResult;
import sluice.io.LinuxFile;
import sluice.io.Residency;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Brings the part of a file into memory that a loop found cold: reads it on a worker, or has it
 * fetched if it lies elsewhere. It holds its own use of the file:
 * the connection that wants the bytes may end before the read does.
 */
public final class ColdRead implements Runnable {
    private final FileSource source;
    private final long from;
    private final long to;
    private final long end;
    private final BooleanSupplier inVain;

    /** {@code inVain} tells that no connection waits any more. Called while the file is in use. */
    public ColdRead(FileChunk chunk, BooleanSupplier inVain) {
        source = chunk.source();
        if (!source.retain()) {
            throw new IllegalStateException("a file that is being sent was released");
        }
        from = chunk.offset();
        end = from + chunk.remaining();
        to = Math.min(end, ColdGuard.endOfWindow(from));
        this.inVain = inVain;
    }

    public LinuxFile file() {
        return (LinuxFile) source.file();
    }

    /** Whether the part lies elsewhere, and so {@link #fetch} is what brings it. */
    public boolean isElsewhere() {
        Residency residency = file().residency();
        if (residency == null) {
            return false;
        }
        long here = residency.pin(from, from + 1);
        if (here > from) {
            residency.unpin(from, here);
        }
        return here == from;
    }

    /** Has the part fetched; does not block. Then the loop is told 0, or that it did not come. */
    public void fetch(Executor loop, LongConsumer then) {
        Residency residency = Objects.requireNonNull(file().residency(), "it lies elsewhere");
        residency.fetch(from, end, here -> {
            source.release();
            loop.execute(() -> then.accept(here ? 0 : IoResult.NOT_FETCHED));
        });
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
                load();
            }
        } finally {
            source.release();
        }
    }

    private void load() {
        Residency residency = file().residency();
        if (residency == null) {
            file().pageCache().load(from, to);
            return;
        }
        long here = residency.pin(from, to);
        if (here > from) {
            try {
                file().pageCache().load(from, here);
            } finally {
                residency.unpin(from, here);
            }
        }
    }
}
