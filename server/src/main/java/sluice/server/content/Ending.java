package sluice.server.content;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends background threads. */
public final class Ending {
    /**
     * Most tasks end in this time. Nobody needs the hash or compression of a big file after that.
     */
    private static final long PATIENCE_SECONDS = 2;

    private Ending() {}

    /** Starts no more tasks and waits a little for running ones; false if one still runs. */
    public static boolean endsSoon(ExecutorService executor) {
        executor.shutdownNow();
        try {
            return executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
