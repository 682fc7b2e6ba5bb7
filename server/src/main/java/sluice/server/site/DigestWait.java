package sluice.server.site;

import sluice.http.DigestAlgorithm;
import sluice.server.content.FileEntry;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A HEAD request that waits until the digest of its file is settled, or for the time limit. It
 * holds a use of the file, and no thread. Loop thread only.
 */
public final class DigestWait implements Waiting {
    /** Less than the 60 s after which proxies and {@code sluice get} give a silent server up. */
    static final Duration MOST = Duration.ofSeconds(45);

    private final FileEntry entry;
    private final DigestAlgorithm algorithm;
    private final Duration most;
    /** Completed when the digest is settled or the time is over; a loop may have no timers. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private final Runnable settled = () -> over.complete(null);
    private boolean closed;

    /** Takes over one use of the entry. */
    DigestWait(FileEntry entry, DigestAlgorithm algorithm, Duration most) {
        this.entry = entry;
        this.algorithm = algorithm;
        this.most = most;
    }

    @Override
    public void begin(LoopSite site, Runnable then) {
        begin(site.loop()::post, () -> site.site().computeDigest(entry, algorithm), then);
    }

    /**
     * Begins to wait.
     *
     * @param loop runs tasks on the loop's thread
     * @param compute has the digest computed; not called if somebody else has
     */
    void begin(Executor loop, Runnable compute, Runnable then) {
        over.thenRun(() -> loop.execute(() -> {
            if (!closed) {
                close();
                then.run();
            }
        }));
        over.completeOnTimeout(null, most.toNanos(), TimeUnit.NANOSECONDS);
        if (entry.digest().await(algorithm, settled)) {
            compute.run();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            entry.digest().leave(algorithm, settled);
            over.complete(null);
            entry.release();
        }
    }
}
