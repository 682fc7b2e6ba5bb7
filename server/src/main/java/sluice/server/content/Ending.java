package sluice.server.content;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends threads that work in the background. */
public final class Ending {
    /**
     * Most tasks are done in this time; hashing or compressing a big file need not be waited for.
     */
    private static final long PATIENCE_SECONDS = 2;

    private Ending() {}

    /** Starts nothing more, and waits a little for what runs; false if something still does. */
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
